package saml

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseChain(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	made := func(name, by string) []byte {
		cert := func(name string) *x509.Certificate {
			return &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Unix(1e10, 0)}
		}
		der, err := x509.CreateCertificate(rand.Reader, cert(name), cert(by), key.Public(), key)
		require.NoError(t, err)
		return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	}
	leaf, middle, root, other := made("leaf", "middle"), made("middle", "root"), made("root", "root"), made("other", "other")
	for name, row := range map[string]struct {
		file  []byte
		above []string
		err   string
	}{
		"alone":        {leaf, nil, ""},
		"self-signed":  {root, nil, ""},
		"in order":     {slices.Concat(leaf, middle, root), []string{"middle", "root"}, ""},
		"in disorder":  {slices.Concat(root, leaf, middle), []string{"middle", "root"}, ""},
		"without root": {slices.Concat(middle, leaf), []string{"middle"}, ""},
		"with another": {slices.Concat(leaf, middle, other), nil, "there are several certificates that are no chain"},
		"two alone":    {slices.Concat(root, other), nil, "there are several certificates that are no chain"},
		"empty":        {nil, nil, "empty"},
		"text":         {[]byte("nothing"), nil, "no PEM"},
	} {
		cert, above, err := ParseChain(row.file)
		if row.err != "" {
			assert.ErrorContains(t, err, row.err, name)
			continue
		}
		require.NoError(t, err, name)
		if name != "self-signed" {
			assert.Equal(t, "leaf", cert.Subject.CommonName, name)
		}
		var names []string
		for _, c := range above {
			names = append(names, c.Subject.CommonName)
		}
		assert.Equal(t, row.above, names, name)
	}
}
