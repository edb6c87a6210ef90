"""Two tools nobody here wrote, asked about an edition: pdfsig (poppler) and pyHanko's own validation."""

import asyncio
import io
import shutil
import subprocess

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import ades
from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec, SignatureValidationSpec
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.registry import SimpleTrustManager


def pdfsig(data, folder):
    if shutil.which("pdfsig") is None:
        pytest.fail("pdfsig was not found. Install the Debian package `poppler-utils`.", pytrace=False)
    (folder / "signed.pdf").write_bytes(data)
    done = subprocess.run(["pdfsig", "-nocert", "signed.pdf"], check=False, cwd=folder, capture_output=True, text=True)
    return done.stdout + done.stderr


def policy(root):
    certificate = asn1_x509.Certificate.load(root.public_bytes(Encoding.DER))
    rule = RevocationCheckingRule.CHECK_IF_DECLARED
    return CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build([certificate]),
        revinfo_policy=CertRevTrustPolicy(RevocationCheckingPolicy(rule, rule)),
    )


def pyhanko(data, roots):
    """Return the status of the seal by PAdES long-term archive validation (ETSI EN 319 102-1)."""
    specification = PdfSignatureValidationSpec(
        SignatureValidationSpec(
            cert_validation_policy=policy(roots["seal_root"]), ts_cert_validation_policy=policy(roots["timestamp_root"])
        )
    )
    reader = PdfFileReader(io.BytesIO(data))
    [seal] = [found for found in reader.embedded_signatures if found.field_name == "seal"]
    return asyncio.run(ades.ades_lta_validation(seal, specification))


def pyhanko_accepts(data, roots):
    try:
        return pyhanko(data, roots).ades_subindic == ades.AdESPassed.OK
    except Exception:  # noqa: BLE001 - refusing by an exception is refusing
        return False
