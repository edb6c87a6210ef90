"""Values in, bytes out: the instrument and the signed edition as PDF, a version as DOCX and HTML."""
