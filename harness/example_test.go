package harness_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"log"
	"time"

	"github.com/samlproof/samlproof/fixtures"
	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/capture"
	"github.com/samlproof/samlproof/harness/check"
)

// A slash too many in one console is one cause, whatever else fails because of it.
func ExampleReplay() {
	s, err := fixtures.Default() // or settings.Load("salesforce-flex.yaml")
	if err != nil {
		log.Fatal(err)
	}
	s.Salesforce.ConnectedApp.EntityID.Value += "/"

	r, err := harness.Replay(context.Background(), s, harness.Options{
		At: time.Date(2026, time.March, 2, 9, 30, 0, 0, time.UTC),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.Verdict(check.Error))
	for _, res := range r.SettingsResults {
		for _, f := range res.Findings {
			fmt.Printf("%s\n got %s\nwant %s\n", res.Check.ID, f.Got, f.Want)
		}
	}
	// Output:
	// fail
	// settings/entity-id
	//  got urn:flex:JQ0123456789abcdef0123456789abcdef/
	// want urn:flex:JQ0123456789abcdef0123456789abcdef
}

// A response that somebody captured is judged by what the caller holds it to.
func ExampleInspect() {
	pasted := base64.StdEncoding.EncodeToString([]byte(`<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
  xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_1" Version="2.0" IssueInstant="2026-03-02T09:30:00Z">
 <saml:Issuer>https://idp.example</saml:Issuer>
 <samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"/></samlp:Status>
</samlp:Response>`))
	found, err := capture.Read("pasted text", []byte(pasted), capture.Limits{})
	if err != nil {
		log.Fatal(err)
	}
	r, err := harness.Inspect(context.Background(), nil, found.Logins, &check.Expect{
		Profile: check.SAML,
		Issuers: []string{"https://idp.example"},
	}, harness.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.Verdict(check.Error))
	for _, res := range r.Logins[0].Results {
		if res.Status == check.Fail && res.Severity == check.Error {
			fmt.Println(res.Check.ID, res.Findings[0].Got)
		}
	}
	// Output:
	// fail
	// response/status urn:oasis:names:tc:SAML:2.0:status:Responder
}
