package harness_test

import (
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lintDiffers are the vectors of which xmllint thinks otherwise.
var lintDiffers = map[string]string{
	"encrypted-oaep-sha256":      "xmllint is not given the schema of XML Encryption 1.1",
	"same-id-evil-first":         "an ID that is there twice is what xml/unique-ids tells",
	"same-id-evil-last":          "an ID that is there twice is what xml/unique-ids tells",
	"same-id-twice":              "an ID that is there twice is what xml/unique-ids tells",
	"signature-value-not-base64": "libxml2 passes over characters that base64 does not know",
	"xsw7":                       "an ID that is there twice is what xml/unique-ids tells",
}

// secDiffers are the vectors of which xmlsec1 thinks otherwise.
var secDiffers = map[string]string{
	"assertion-is-root":               "xmlsec1 verifies what is signed, wherever the signature stands and whatever else it covers",
	"comment-in-nameid-covered":       "xmlsec1 leaves comments out of a reference by ID, whatever the transform says (XMLDSig 4.4.3.3)",
	"enveloped-twice":                 "xmlsec1 knows transforms and references that SAML does not allow",
	"id-with-quotes":                  "xmlsec1 cannot find an ID with quotation marks",
	"manifest":                        "xmlsec1 verifies what is signed, wherever the signature stands and whatever else it covers",
	"many-transforms":                 "xmlsec1 knows transforms and references that SAML does not allow",
	"reference-empty":                 "xmlsec1 knows transforms and references that SAML does not allow",
	"reference-xpointer-id":           "xmlsec1 knows transforms and references that SAML does not allow",
	"response-signature-after-status": "xmlsec1 verifies what is signed, wherever the signature stands and whatever else it covers",
	"root-is-logout-response":         "xmlsec1 is told of the IDs of Responses alone",
	"root-is-saml-1":                  "xmlsec1 verifies what is signed, wherever the signature stands and whatever else it covers",
	"rsa-md5":                         "xmlsec1 still takes MD5",
	"rsa-pss":                         "this xmlsec1 has no RSA-PSS",
	"same-id-foreign-namespace":       "xmlsec1 takes an ID in another namespace for one",
	"signature-in-attribute":          "xmlsec1 verifies what is signed, wherever the signature stands and whatever else it covers",
	"signature-in-conditions":         "xmlsec1 verifies what is signed, wherever the signature stands and whatever else it covers",
	"signature-in-subject":            "xmlsec1 verifies what is signed, wherever the signature stands and whatever else it covers",
	"signature-last":                  "xmlsec1 verifies what is signed, wherever the signature stands and whatever else it covers",
	"signature-moved-to-response":     "xmlsec1 verifies what is signed, wherever the signature stands and whatever else it covers",
	"spoofed-response":                "xmlsec1 verifies what is signed, wherever the signature stands and whatever else it covers",
	"wrapped-in-attribute":            "xmlsec1 verifies what is signed, wherever the signature stands and whatever else it covers",
	"wrapped-in-foreign-element":      "xmlsec1 verifies what is signed, wherever the signature stands and whatever else it covers",
	"wrapped-in-status-detail":        "xmlsec1 verifies what is signed, wherever the signature stands and whatever else it covers",
	"wrapped-in-subject":              "xmlsec1 verifies what is signed, wherever the signature stands and whatever else it covers",
	"xsw2":                            "xmlsec1 verifies what is signed, wherever the signature stands and whatever else it covers",
	"xsw4":                            "xmlsec1 verifies what is signed, wherever the signature stands and whatever else it covers",
	"xsw5":                            "xmlsec1 verifies what is signed, wherever the signature stands and whatever else it covers",
}

// readable are the vectors that the strict reader takes, with the file of each.
func readable(t *testing.T, do func(name, file string, doc *saml.Document, want *check.Expect)) {
	t.Helper()
	folder, n := t.TempDir(), 0
	for _, v := range allVectors(t) {
		_, want := received(t, v)
		doc, err := saml.Parse(v.XML, saml.Limits{})
		if err != nil {
			continue
		}
		file := filepath.Join(folder, v.Name+".xml")
		require.NoError(t, os.WriteFile(file, v.XML, 0o600))
		do(v.Name, file, doc, want)
		n++
	}
	assert.Greater(t, n, 400)
}

// linter is xmllint with the OASIS schema of a name: whether it takes a file, and what it
// says.
func linter(t *testing.T) func(schema, file string) (bool, []byte) {
	t.Helper()
	const folder, tooling = "/usr/share/xml/opensaml/", "/usr/share/xml/xmltooling/"
	tool, err := exec.LookPath("xmllint")
	if _, missing := os.Stat(folder + "saml-schema-protocol-2.0.xsd"); err != nil || missing != nil {
		lacking(t, "xmllint and the OASIS schemas: apt-get install libxml2-utils opensaml-schemas xmltooling-schemas")
	}
	catalog := filepath.Join(t.TempDir(), "catalog.xml")
	require.NoError(t, os.WriteFile(catalog, []byte(`<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">
<system systemId="http://www.w3.org/TR/2002/REC-xmldsig-core-20020212/xmldsig-core-schema.xsd" uri="file://`+tooling+`xmldsig-core-schema.xsd"/>
<system systemId="http://www.w3.org/TR/2002/REC-xmlenc-core-20021210/xenc-schema.xsd" uri="file://`+tooling+`xenc-schema.xsd"/>
<system systemId="http://www.w3.org/2001/xml.xsd" uri="file://`+tooling+`xml.xsd"/>
</catalog>`), 0o600))
	return func(schema, file string) (bool, []byte) {
		cmd := exec.Command(tool, "--noout", "--nonet", "--schema", folder+schema, file)
		cmd.Env = append(os.Environ(), "XML_CATALOG_FILES="+catalog)
		out, err := cmd.CombinedOutput()
		return err == nil, out
	}
}

// The OASIS schemas, as xmllint applies them, have the project's own verdict on every
// vector.
func TestVectorsAgreeWithXmllint(t *testing.T) {
	if underRace {
		t.Skip("one goroutine works here, without anything for the race detector to see")
	}
	t.Parallel()
	lint := linter(t)
	readable(t, func(name, file string, doc *saml.Document, _ *check.Expect) {
		theirs, out := lint("saml-schema-protocol-2.0.xsd", file)
		ours := len(saml.ValidateSchema(doc)) == 0
		if why := lintDiffers[name]; why != "" {
			assert.NotEqual(t, ours, theirs, "%s: xmllint agrees now, although %s", name, why)
			return
		}
		assert.Equal(t, ours, theirs, "%s: xmllint says\n%s", name, out)
	})
}

// So they have on every vector of metadata.
func TestMetadataAgreesWithXmllint(t *testing.T) {
	if underRace {
		t.Skip("one goroutine works here, without anything for the race detector to see")
	}
	t.Parallel()
	lint, folder, n := linter(t), t.TempDir(), 0
	for _, v := range everyVector(t) {
		for _, p := range v.Parts {
			if p.XML == nil {
				continue
			}
			doc, err := saml.Parse(p.XML, saml.Limits{})
			if err != nil {
				continue
			}
			name := v.Name + "-" + p.Name
			file := filepath.Join(folder, name+".xml")
			require.NoError(t, os.WriteFile(file, p.XML, 0o600))
			theirs, out := lint("saml-schema-metadata-2.0.xsd", file)
			ours := len(saml.ValidateSchema(doc)) == 0
			n++
			assert.Equal(t, ours, theirs, "%s: xmllint says\n%s", name, out)
		}
	}
	assert.Greater(t, n, 60)
}

// xmlsec1 has the project's own verdict on each signature of every vector.
func TestVectorsAgreeWithXmlsec(t *testing.T) {
	if underRace {
		t.Skip("one goroutine works here, without anything for the race detector to see")
	}
	t.Parallel()
	tool, err := exec.LookPath("xmlsec1")
	if err != nil {
		lacking(t, "xmlsec1: apt-get install xmlsec1")
	}
	differ := map[string]bool{}
	readable(t, func(name, file string, doc *saml.Document, want *check.Expect) {
		if len(want.Certificates) == 0 {
			return
		}
		pinned := file + ".pem"
		require.NoError(t, os.WriteFile(pinned, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: want.Certificates[0].X509.Raw}), 0o600))
		for n, s := range saml.VerifySignatures(doc, want.Certificates, nil) {
			out, err := exec.Command(tool, "--verify", "--enabled-key-data", "key-name", "--pubkey-cert-pem", pinned,
				"--id-attr:ID", saml.NSProtocol+":Response", "--id-attr:ID", saml.NSAssertion+":Assertion",
				"--node-xpath", fmt.Sprintf("(//*[local-name()='Signature'])[%d]", n+1), file).CombinedOutput()
			ours := len(s.Faults) == 0
			if secDiffers[name] != "" {
				differ[name] = differ[name] || ours != (err == nil)
				continue
			}
			assert.Equal(t, ours, err == nil, "%s: signature %d: xmlsec1 says\n%s", name, n+1, out)
		}
	})
	for name, why := range secDiffers {
		assert.True(t, differ[name], "%s: xmlsec1 agrees now, although %s", name, why)
	}
}
