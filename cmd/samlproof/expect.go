package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/spf13/cobra"
)

// An expectation has the flags that say what a captured response is held to.
type expectation struct {
	profile, signed                       string
	audiences, acsURLs, issuers, requests []string
	certificates, keys                    []string
	idps, sps                             []string
	skew                                  time.Duration
}

func (e *expectation) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&e.profile, "profile", "", "flex (with Flex's and Salesforce's own rules; the default with SETTINGS), saml (the standards alone) or saml2int (the standards and that deployment profile)")
	f.StringArrayVar(&e.idps, "idp-metadata", nil, "the identity provider's metadata, or a federation's, of which the login's Issuer chooses the entity (a file; repeats)")
	f.StringArrayVar(&e.sps, "sp-metadata", nil, "the service provider's metadata, or a federation's, of which the login's audience chooses the entity (a file; repeats)")
	f.StringArrayVar(&e.audiences, "audience", nil, "the service provider's entity ID (repeats)")
	f.StringArrayVar(&e.acsURLs, "acs-url", nil, "the service provider's assertion consumer service URL (repeats)")
	f.StringArrayVar(&e.issuers, "issuer", nil, "the identity provider's entity ID (repeats)")
	f.StringArrayVar(&e.certificates, "certificate", nil, "the identity provider's certificate or public key; of metadata, its signing keys and the issuer alone (a file; repeats)")
	f.StringArrayVar(&e.keys, "decryption-key", nil, "the service provider's private key (a file; repeats)")
	f.StringArrayVar(&e.requests, "in-response-to", nil, "the ID of the AuthnRequest that is answered (repeats)")
	f.DurationVar(&e.skew, "skew", 3*time.Minute, "how far clocks may differ")
	f.StringVar(&e.signed, "require-signed", "", "which part must be signed: either (the default, unless the service provider's metadata wants more), response, assertion or both")
}

// expect is what a response is held to: what follows from the settings, with the
// flags in place of what they name.
func (e *expectation) expect(s *settings.Settings) (*check.Expect, error) {
	profile := check.Profile(e.profile)
	want := &check.Expect{Profile: check.SAML}
	if s != nil {
		want = check.FromSettings(s)
	}
	switch profile {
	case "":
	case check.SAML, check.SAML2Int:
		want.Profile, want.NameIDFormat = profile, ""
	case check.Flex:
		want.Profile = profile
	default:
		return nil, &hinted{fmt.Errorf("--profile %q is not known", e.profile), "it is flex, saml or saml2int"}
	}
	want.Signed = check.Sign(e.signed)
	switch want.Signed {
	case "", check.SignEither, check.SignResponse, check.SignAssertion, check.SignBoth:
	default:
		return nil, &hinted{fmt.Errorf("--require-signed %q is not known", e.signed), "it is either, response, assertion or both"}
	}
	if e.skew < 0 {
		return nil, errors.New("--skew cannot be negative")
	}
	if want.Skew = e.skew; want.Skew == 0 {
		want.Skew = -1 // none, rather than the default
	}
	replace(&want.Audiences, e.audiences)
	replace(&want.ACSURLs, e.acsURLs)
	replace(&want.Issuers, e.issuers)
	replace(&want.RequestIDs, e.requests)
	var err error
	for i, name := range e.certificates {
		if i == 0 {
			want.Certificates = nil
		}
		found, err := readCertificates(name)
		if err != nil {
			return nil, err
		}
		want.Certificates = append(want.Certificates, found...)
	}
	if want.IdentityProviders, err = readProviders("--idp-metadata", e.idps); err != nil {
		return nil, err
	}
	if want.ServiceProviders, err = readProviders("--sp-metadata", e.sps); err != nil {
		return nil, err
	}
	if s == nil && len(want.Issuers) == 0 {
		want.Issuers = entities(want.Certificates)
	}
	for _, name := range e.keys {
		data, err := readFile(name)
		if err != nil {
			return nil, fmt.Errorf("--decryption-key %s: %w", name, err)
		}
		key, err := saml.ParseDecryptionKey(data, name)
		if err != nil {
			return nil, otherwise(fmt.Errorf("--decryption-key %s: %w", name, err))
		}
		want.Decryption = append(want.Decryption, key)
	}
	return want, nil
}

// otherwise adds what to give instead where a file is of another kind.
func otherwise(err error) error {
	var other *saml.OtherError
	if errors.As(err, &other) && other.Hint() != "" {
		return &hinted{err, other.Hint()}
	}
	return err
}

// readProviders reads what the metadata that a flag names says of its side.
func readProviders(flag string, names []string) (all []*saml.Provider, err error) {
	for _, name := range names {
		data, err := readSome(name, mostMetadata)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", flag, name, err)
		}
		idps, sps, err := saml.ReadProviders(data, name, check.MetadataLimits())
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", flag, name, err)
		}
		wanted, others, side, other := idps, sps, "an identity provider", "--sp-metadata"
		if flag == "--sp-metadata" {
			wanted, others, side, other = sps, idps, "a service provider", "--idp-metadata"
		}
		switch {
		case len(wanted) > 0:
		case len(others) > 0:
			return nil, &hinted{fmt.Errorf("%s %s: it is no metadata of %s", flag, name, side), "give it as " + other}
		default:
			return nil, &hinted{fmt.Errorf("%s %s: it is no metadata of %s that speaks SAML 2.0", flag, name, side), "samlproof metadata " + name + " says what is wrong with it"}
		}
		all = append(all, wanted...)
	}
	return all, nil
}

// entities are the identity providers whose metadata certificates come from, each once;
// none where that is not known of all.
func entities(certificates []saml.Certificate) []string {
	var ids []string
	for _, c := range certificates {
		if c.Entity == "" {
			return nil
		}
		if !slices.Contains(ids, c.Entity) {
			ids = append(ids, c.Entity)
		}
	}
	return ids
}

func replace(have *[]string, given []string) {
	if len(given) > 0 {
		*have = given
	}
}

// readCertificates reads what --certificate names: a certificate or public key, or the
// signing keys of metadata.
func readCertificates(name string) ([]saml.Certificate, error) {
	data, err := readFile(name)
	if err != nil {
		return nil, fmt.Errorf("--certificate %s: %w", name, err)
	}
	found, err := saml.ReadCertificates(data, name)
	if err != nil {
		return nil, otherwise(fmt.Errorf("--certificate %s: %w", name, err))
	}
	return found, nil
}

const mostKeyFile = 10 << 20 // metadata of a federation is large

func readFile(name string) ([]byte, error) { return readSome(name, mostKeyFile) }

// readSome reads a file of at most so many octets.
func readSome(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, plain(err)
	}
	defer f.Close()
	return limited(f, most)
}

func limited(r io.Reader, most int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return nil, plain(err)
	}
	if int64(len(data)) > most {
		return nil, fmt.Errorf("larger than %d MB", most>>20)
	}
	return data, nil
}

// plain is a file error without the name, which the caller states.
func plain(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
