package harness

import (
	"cmp"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"sync"
	"time"

	"github.com/samlproof/samlproof/fixtures/keys"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/mockidp"
)

// ScenarioRequest is the id of the request that Issue has answered.
const ScenarioRequest = "_5d0c3a8e7f1b4926a4d8c0e35b7f9126"

// ScenarioDecryptionKey is the key of the pool that assertions are encrypted to.
const ScenarioDecryptionKey = "rsa-2048-8"

// Issue is the login of a scenario's first user with the response that the mock Salesforce
// issues, by no browser and signed with the key of the pool that the certificate of the
// settings belongs to; and what the response is held to. Where Salesforce refuses, the
// login has no response.
//
// Flex cannot decrypt. So a fault that encrypts is held to the rules of SAML alone, with
// the key.
func (sc *Scenario) Issue() (*saml.Exchange, *check.Expect, error) {
	s, err := sc.settings()
	if err != nil {
		return nil, nil, err
	}
	decryption, err := decryptionKey()
	if err != nil {
		return nil, nil, fmt.Errorf("scenario %s: %w", sc.ID, err)
	}
	signers, err := poolSigners()
	if err != nil {
		return nil, nil, fmt.Errorf("scenario %s: %w", sc.ID, err)
	}
	idp := mockidp.New(s.Salesforce, mockidp.Options{
		Now: func() time.Time { return ScenarioTime }, Random: sc.random(), Fault: sc.Fault,
		Key:       func(c *x509.Certificate) crypto.Signer { return signers[string(c.RawSubjectPublicKeyInfo)] },
		EncryptTo: decryption.Public().(*rsa.PublicKey),
	})
	user := &s.Salesforce.Users[0]
	flow, request := saml.FlowSP, cmp.Or(sc.Request, ScenarioRequest)
	if sc.Unsolicited {
		flow, request = saml.FlowIDP, ""
	}
	xml, event := idp.Issue(user, mockidp.Request{ID: request})

	want := check.FromSettings(s)
	want.At = ScenarioTime
	if request != "" {
		want.RequestIDs = []string{request}
	}
	if sc.Fault != nil && sc.Fault.Encrypts {
		want.Profile = check.SAML
		want.Decryption = []saml.PrivateKey{{Key: decryption, Name: ScenarioDecryptionKey}}
	}
	if sc.Held != nil {
		sc.Held(want)
	}
	x := &saml.Exchange{Name: sc.Title, User: user.Username.Value, Flow: flow, At: ScenarioTime, AtSource: "flag"}
	if xml == nil {
		x.Events, x.Stop = []saml.Event{event}, &saml.Stop{Event: &event, Reason: "Salesforce refused: " + event.Code}
		return x, want, nil
	}
	x.Response = &saml.Message{
		Binding: saml.BindingPOST, Param: "SAMLResponse", URL: s.Salesforce.ConnectedApp.ACSURL.Value,
		XML: xml, Encoded: base64.StdEncoding.EncodeToString(xml),
	}
	return x, want, nil
}

// poolSigners are the keys of the pool by their public half.
var poolSigners = sync.OnceValues(func() (map[string]crypto.Signer, error) {
	signers := map[string]crypto.Signer{}
	for _, key := range keys.Pool() {
		signer, err := key.Signer()
		if err != nil {
			return nil, err
		}
		public, err := x509.MarshalPKIXPublicKey(signer.Public())
		if err != nil {
			return nil, fmt.Errorf("key %q: %w", key.Name, err)
		}
		signers[string(public)] = signer
	}
	return signers, nil
})

func decryptionKey() (*rsa.PrivateKey, error) {
	for _, key := range keys.For(keys.RSA, 2048) {
		if key.Name != ScenarioDecryptionKey {
			continue
		}
		signer, err := key.Signer()
		if err != nil {
			return nil, err
		}
		if private, ok := signer.(*rsa.PrivateKey); ok {
			return private, nil
		}
	}
	return nil, fmt.Errorf("the pool has no RSA key %s", ScenarioDecryptionKey)
}
