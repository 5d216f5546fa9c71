package mockidp

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// verifyQuery verifies the signature of a raw HTTP-Redirect query with the service
// provider's certificate. What was signed is the parameters as they were sent, not
// decoded and encoded again (SAMLBind 3.4.4.1).
func verifyQuery(raw string, cert *x509.Certificate) error {
	sent := map[string]string{}
	for part := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "SAMLRequest", "RelayState", "SigAlg", "Signature":
			if _, twice := sent[name]; twice {
				return fmt.Errorf("the parameter %s occurs twice", name)
			}
			sent[name] = value
		}
	}
	if sent["Signature"] == "" {
		return errors.New("the request is not signed")
	}
	algorithm, err := url.QueryUnescape(sent["SigAlg"])
	if err != nil {
		return fmt.Errorf("SigAlg: %w", err)
	}
	encoded, err := url.QueryUnescape(sent["Signature"])
	if err != nil {
		return fmt.Errorf("the signature: %w", err)
	}
	signature, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return fmt.Errorf("the signature: %w", err)
	}
	h, ok := map[string]crypto.Hash{rsaSHA1: crypto.SHA1, rsaSHA256: crypto.SHA256, rsaSHA384: crypto.SHA384, rsaSHA512: crypto.SHA512}[algorithm]
	if !ok {
		return fmt.Errorf("SigAlg is %q, which Salesforce does not know", algorithm)
	}
	key, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok {
		return errors.New("the key of the certificate for request signatures is no RSA key")
	}
	signed := "SAMLRequest=" + sent["SAMLRequest"]
	if relay, ok := sent["RelayState"]; ok {
		signed += "&RelayState=" + relay
	}
	signed += "&SigAlg=" + sent["SigAlg"]
	if rsa.VerifyPKCS1v15(key, h, sum(h, []byte(signed)), signature) != nil {
		return errors.New("the signature of the query does not match it")
	}
	return nil
}
