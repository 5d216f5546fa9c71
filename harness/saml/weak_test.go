package saml

import (
	"crypto"
	"crypto/rsa"
	"encoding/base64"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A weak key is one that crypto/rsa makes no more.
type weak struct {
	pub rsa.PublicKey
	d   *big.Int
}

// weakKey has 512 or 768 bits.
func weakKey(t testing.TB, bits, e int) weak {
	t.Helper()
	primes := map[int][2]string{
		512: {"ef08ed7f26065dbc29e3c70344367b63c30f599d67b4f00585a45df20b79d77d", "cdfd76dc704118c76877ad9a56c5f93d74282382d597e65c9c79437da0942761"},
		768: {
			"cc6d2ca163e127492a38a31c5742f713e8cf605e8a46ff1a77eb266485e9b94d40958479e81d08b894be54aa0e26b003",
			"db0673875c7f1445e270ce11e67782a08274382a5d4deba92228113f1475bcdae67edf8e2c6b777283d45c10d386bd77",
		},
	}[bits]
	p, ok := new(big.Int).SetString(primes[0], 16)
	require.True(t, ok)
	q, ok := new(big.Int).SetString(primes[1], 16)
	require.True(t, ok)
	one := big.NewInt(1)
	phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	n := new(big.Int).Mul(p, q)
	require.Equal(t, bits, n.BitLen())
	return weak{rsa.PublicKey{N: n, E: e}, new(big.Int).ModInverse(big.NewInt(int64(e)), phi)} // no inverse where only the public key is wanted
}

// signedInfo is the canonical SignedInfo of the first signature and its value's text.
func signedInfo(t testing.TB, doc string) (canonical []byte, value string) {
	t.Helper()
	sig := mustParse(t, doc).Signatures()[0]
	canonical, err := Canonical(sig.Child(NSSignature, "SignedInfo"), Element{}, nil, false)
	require.NoError(t, err)
	return canonical, trimSpace(sig.Child(NSSignature, "SignatureValue").Text())
}

// resign makes the value of the first signature anew with a weak key.
func resign(t testing.TB, doc string, k weak, h crypto.Hash) string {
	t.Helper()
	canonical, value := signedInfo(t, doc)
	em := encodePKCS1(h, sumInto(nil, h, canonical), k.pub.Size())
	require.NotNil(t, em)
	s := new(big.Int).Exp(new(big.Int).SetBytes(em), k.d, k.pub.N).FillBytes(make([]byte, k.pub.Size()))
	return strings.Replace(doc, value, base64.StdEncoding.EncodeToString(s), 1)
}

// forgeCube makes a value whose cube begins as a right one and ends in garbage.
func forgeCube(t testing.TB, doc string, k weak) string {
	t.Helper()
	canonical, value := signedInfo(t, doc)
	em := append([]byte{0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0}, digestInfoPrefix(crypto.SHA1)...)
	em = append(sumInto(em, crypto.SHA1, canonical), 0xff)
	size := k.pub.Size()
	em = append(em, make([]byte, size-len(em))...)
	s := cubeRoot(new(big.Int).SetBytes(em)).FillBytes(make([]byte, size))
	return strings.Replace(doc, value, base64.StdEncoding.EncodeToString(s), 1)
}

func cubeRoot(n *big.Int) *big.Int {
	low, high := new(big.Int), new(big.Int).Lsh(big.NewInt(1), uint(n.BitLen()/3+1))
	for low.Cmp(high) < 0 {
		mid := new(big.Int).Add(low, high)
		mid.Add(mid, big.NewInt(1)).Rsh(mid, 1)
		if new(big.Int).Exp(mid, big.NewInt(3), nil).Cmp(n) > 0 {
			high.Sub(mid, big.NewInt(1))
		} else {
			low = mid
		}
	}
	return low
}

func rsaModulus(pub any) []byte { return pub.(*rsa.PublicKey).N.Bytes() }
