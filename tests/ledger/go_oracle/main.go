// Judges a served ledger with the packages of Go's checksum database, which nobody here wrote.
//
// Usage: go_oracle DIR. DIR holds the ledger's files and claims.json. It prints what it computed as JSON: which
// signatures verified, the roots, and its own proofs; and it exits with 1 as soon as one of our claims is wrong.
package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// claim is one proof of ours: of an entry when Leaf is set, of a continuation otherwise.
type claim struct {
	Leaf  string   `json:"leaf"`
	At    int64    `json:"at"` // index of the entry, or size of the older tree
	Proof []string `json:"proof"`
	Good  bool     `json:"good"`
}

type claims struct {
	Vkeys  []string `json:"vkeys"`
	Claims []claim  `json:"claims"`
}

type answer struct {
	Origin      string     `json:"origin"`
	Size        int64      `json:"size"`
	Verified    []string   `json:"verified"`
	Unverified  []string   `json:"unverified"`
	Leaves      []string   `json:"leaves"`
	Roots       []string   `json:"roots"`
	Inclusion   [][]string `json:"inclusion"`
	Consistency [][]string `json:"consistency"`
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// witness verifies the timestamped Ed25519 cosignatures of C2SP tlog-cosignature.
type witness struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.id }
func (w witness) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	header := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(signature))
	return ed25519.Verify(w.key, append([]byte(header), text...), signature[8:])
}

// verifiers leaves out the ML-DSA-44 key, which these packages do not know.
func verifiers(vkeys []string) note.Verifiers {
	var known []note.Verifier
	for _, vkey := range vkeys {
		parts := strings.SplitN(vkey, "+", 3)
		data, err := base64.StdEncoding.DecodeString(parts[2])
		check(err)
		switch data[0] {
		case 1:
			verifier, err := note.NewVerifier(vkey)
			check(err)
			known = append(known, verifier)
		case 4:
			id, err := strconv.ParseUint(parts[1], 16, 32)
			check(err)
			known = append(known, witness{parts[0], uint32(id), data[1:]})
		}
	}
	return note.VerifierList(known...)
}

// folder reads tiles as C2SP tlog-tiles lays them out: Go's own paths name the height too.
type folder string

func (f folder) Height() int                         { return 8 }
func (f folder) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var read [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		read = append(read, data)
	}
	return read, nil
}

func (f folder) leaves(size int64) []tlog.Hash {
	var found []tlog.Hash
	for size > int64(len(found)) {
		tile := tlog.Tile{H: 8, L: 0, N: int64(len(found)) / 256, W: 256}
		if rest := size - int64(len(found)); rest < 256 {
			tile.W = int(rest)
		}
		path := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(string(f), path))
		check(err)
		for len(data) > 0 {
			end := 2 + int(binary.BigEndian.Uint16(data))
			found = append(found, tlog.RecordHash(data[2:end]))
			data = data[end:]
		}
	}
	return found
}

func text(hashes []tlog.Hash) []string {
	written := []string{}
	for _, hash := range hashes {
		written = append(written, hex.EncodeToString(hash[:]))
	}
	return written
}

func hashes(written []string) []tlog.Hash {
	var read []tlog.Hash
	for _, item := range written {
		data, err := hex.DecodeString(item)
		check(err)
		var hash tlog.Hash
		copy(hash[:], data)
		read = append(read, hash)
	}
	return read
}

func (f folder) open(vkeys []string) (answer, tlog.Tree) {
	data, err := os.ReadFile(filepath.Join(string(f), "checkpoint"))
	check(err)
	opened, err := note.Open(data, verifiers(vkeys))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)
	found := answer{Origin: lines[0], Size: size}
	for _, signature := range opened.Sigs {
		found.Verified = append(found.Verified, fmt.Sprintf("%s+%08x", signature.Name, signature.Hash))
	}
	for _, signature := range opened.UnverifiedSigs {
		found.Unverified = append(found.Unverified, fmt.Sprintf("%s+%08x", signature.Name, signature.Hash))
	}
	return found, tlog.Tree{N: size, Hash: root}
}

func judge(given claim, tree tlog.Tree, roots []tlog.Hash) {
	var err error
	if given.Leaf != "" {
		err = tlog.CheckRecord(hashes(given.Proof), tree.N, tree.Hash, given.At, hashes([]string{given.Leaf})[0])
	} else {
		err = tlog.CheckTree(hashes(given.Proof), tree.N, tree.Hash, given.At, roots[given.At-1])
	}
	if (err == nil) != given.Good {
		check(fmt.Errorf("claim %+v: %v", given, err))
	}
}

func main() {
	f := folder(os.Args[1])
	var given claims
	data, err := os.ReadFile(filepath.Join(string(f), "claims.json"))
	check(err)
	check(json.Unmarshal(data, &given))
	found, tree := f.open(given.Vkeys)
	reader := tlog.TileHashReader(tree, f) // verifies every tile against the root before it uses it
	leaves := f.leaves(tree.N)
	var roots []tlog.Hash
	for at := int64(0); at < tree.N; at++ {
		root, err := tlog.TreeHash(at+1, reader)
		check(err)
		roots = append(roots, root)
		proof, err := tlog.ProveRecord(tree.N, at, reader)
		check(err)
		check(tlog.CheckRecord(proof, tree.N, tree.Hash, at, leaves[at]))
		found.Inclusion = append(found.Inclusion, text(proof))
		continuation, err := tlog.ProveTree(tree.N, at+1, reader)
		check(err)
		check(tlog.CheckTree(continuation, tree.N, tree.Hash, at+1, root))
		found.Consistency = append(found.Consistency, text(continuation))
	}
	found.Leaves, found.Roots = text(leaves), text(roots)
	for _, item := range given.Claims {
		judge(item, tree, roots)
	}
	check(json.NewEncoder(os.Stdout).Encode(found))
}
