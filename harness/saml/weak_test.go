package saml

import (
	"crypto"
	"crypto/rand"
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

func weakKey(t testing.TB, bits, e int) weak {
	t.Helper()
	one := big.NewInt(1)
	for {
		p, err := rand.Prime(rand.Reader, bits/2)
		require.NoError(t, err)
		q, err := rand.Prime(rand.Reader, bits/2)
		require.NoError(t, err)
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		d := new(big.Int).ModInverse(big.NewInt(int64(e)), phi)
		n := new(big.Int).Mul(p, q)
		if d != nil && n.BitLen() == bits {
			return weak{rsa.PublicKey{N: n, E: e}, d}
		}
	}
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
