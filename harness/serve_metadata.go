package harness

import (
	"html"
	"net/http"
	"net/url"

	"github.com/samlproof/samlproof/harness/saml"
)

// Where the proxy gives out the metadata of the mocks, for the real side to be set up with.
const (
	pathMetadataIDP = "/idp.xml"
	pathMetadataSP  = "/sp.xml"
)

// MetadataURLs are the addresses at which the proxy gives out the metadata of the mock
// Salesforce and of the mock Flex; "" where a side has no mock here.
func (s *Site) MetadataURLs() (idp, sp string) {
	if s.Has(HalfSalesforce) {
		idp = "http://" + s.Proxy() + pathMetadataIDP
	}
	if s.Has(HalfFlex) {
		sp = "http://" + s.Proxy() + pathMetadataSP
	}
	return idp, sp
}

// serveMetadata gives out the metadata of one mock.
func (s *Site) serveMetadata(w http.ResponseWriter, r *http.Request) {
	var data []byte
	switch {
	case r.URL.Path == pathMetadataIDP && s.Has(HalfSalesforce):
		data = s.metadataIDP()
	case r.URL.Path == pathMetadataSP && s.Has(HalfFlex):
		data = s.metadataSP()
	}
	if data == nil {
		http.Error(w, "There is no metadata of this side here.", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/samlmetadata+xml")
	w.Write(data)
}

// metadataIDP is what the mock org publishes of the app, with the stand-in that it signs
// with; nil where it publishes nothing. Endpoints that have an address of localhost have
// that one, for a service provider to send browsers to.
func (s *Site) metadataIDP() []byte {
	half := &s.stage.settings.Salesforce
	for _, path := range []string{"/.well-known/samlidp/" + url.PathEscape(half.ConnectedApp.APIName.Value) + ".xml", "/.well-known/samlidp.xml"} {
		r, err := http.NewRequest(http.MethodGet, half.Origin()+path, nil)
		if err != nil {
			return nil
		}
		rec := &recorder{header: http.Header{}, status: http.StatusOK}
		s.stage.idp.ServeHTTP(rec, r)
		if rec.status == http.StatusOK {
			return s.localLocations(rec.body.Bytes())
		}
	}
	return nil
}

// metadataSP is metadata of the mock Flex. Flex publishes none: it is made of the half.
func (s *Site) metadataSP() []byte {
	half := &s.stage.settings.Flex
	escape := html.EscapeString
	return []byte(`<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="` + saml.NSMetadata + `" entityID="` + escape(half.EntityID()) + `">
  <md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="` + saml.NSProtocol + `">
    <md:NameIDFormat>` + saml.FormatUnspecified + `</md:NameIDFormat>
    <md:AssertionConsumerService Binding="` + saml.BindingPOST + `" Location="` + escape(half.ACSURL()) + `" index="0" isDefault="true"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>
`)
}
