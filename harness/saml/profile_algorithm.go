package saml

import (
	"crypto"
	"crypto/rsa"
	"strconv"
	"strings"
)

// algorithms reads how SignedInfo is canonicalized, and which algorithms sign and
// digest.
func (r *reading) algorithms() {
	if r.c14n.Exists() {
		alg := r.s.Canonicalization
		if r.infoForm, r.infoFormed = c14nForm(alg); !r.infoFormed {
			r.fault(FaultTransform, r.c14n, alg, C14NExclusive, "no canonicalization is named %s", quoteText(alg))
		} else {
			r.infoForm.prefixes = r.prefixList(r.c14n, r.infoForm)
		}
	}
	if r.method.Exists() {
		r.signatureAlgorithm()
	}
	if r.digestMethod.Exists() {
		alg := r.s.DigestMethod
		if digestHash(alg) == 0 {
			r.fault(FaultAlgorithm, r.digestMethod, alg, nearestAlgorithm(alg, digestURIs[:]), "%s", algorithmNote(alg, "digest algorithm"))
		}
		for c := range r.digestMethod.Children() {
			r.fault(FaultAlgorithm, c, shorten(c.Local()), "", "the digest algorithm has a parameter, which it does not take")
		}
	}
}

func (r *reading) signatureAlgorithm() {
	alg := r.s.Method
	if alg == RSAPSS {
		r.pssParameters()
		return
	}
	for c := range r.method.Children() {
		if c.Is(NSSignature, "HMACOutputLength") {
			r.fault(FaultAlgorithm, c, c.Text(), "", "HMACOutputLength would cut the value short (CVE-2009-0217)")
			continue
		}
		r.fault(FaultAlgorithm, c, shorten(c.Local()), "", "the signature algorithm has a parameter, which it does not take")
	}
	r.how, r.hash = signatureScheme(alg)
	if r.how == schemeNone {
		r.fault(FaultAlgorithm, r.method, alg, nearestAlgorithm(alg, signatureURIs[:]), "%s", algorithmNote(alg, "signature algorithm"))
		return
	}
	if r.how == schemePSS {
		r.salt = rsa.PSSSaltLengthEqualsHash
	}
	if len(r.Trusted) == 0 {
		return
	}
	for i := range r.Trusted {
		if r.how.fits(r.Trusted[i].PublicKey()) {
			return
		}
	}
	r.fault(FaultAlgorithm, r.method, alg, "", "the algorithm signs with keys of kind %s; the trusted key is %s", r.how, DescribeKey(r.Trusted[0].PublicKey()))
}

// pssParameters reads RSAPSSParams (RFC 9231 2.3.9). Its defaults are SHA-256, MGF1 with
// the same, 32 octets of salt.
func (r *reading) pssParameters() {
	r.how, r.hash, r.salt = schemePSS, crypto.SHA256, 32
	params := r.method.Child(nsMore2007, "RSAPSSParams")
	for c := range r.method.Children() {
		if c != params {
			r.fault(FaultAlgorithm, c, shorten(c.Local()), "RSAPSSParams", "the signature algorithm has a parameter, which it does not take")
			r.how = schemeNone
		}
	}
	mask := crypto.SHA256
	salted := false
	for c := range params.Children() {
		ok := c.Space() == nsMore2007 || c.Is(NSSignature, "DigestMethod")
		switch c.Local() {
		case "DigestMethod":
			r.hash = digestHash(c.Attr("Algorithm").Value())
			mask = r.hash
			if !salted && r.hash != 0 {
				r.salt = r.hash.Size()
			}
			ok = ok && r.hash != 0
		case "MaskGenerationFunction":
			ok = ok && c.Attr("Algorithm").Value() == nsMore2007+"MGF1"
			for m := range c.Children() {
				mask = digestHash(m.Attr("Algorithm").Value())
			}
		case "SaltLength":
			n, err := strconv.Atoi(trimSpace(c.Text()))
			ok = ok && err == nil && n >= 0 && n <= maxRSABits/8
			r.salt, salted = n, true
		case "TrailerField":
			ok = ok && trimSpace(c.Text()) == "1"
		default:
			ok = false
		}
		if !ok {
			r.fault(FaultAlgorithm, c, shorten(trimSpace(c.Text())), "", "the parameter %s of RSASSA-PSS is not understood", shorten(c.Local()))
			r.how = schemeNone
			return
		}
	}
	if mask != r.hash {
		r.fault(FaultAlgorithm, params, "", "", "RSASSA-PSS masks with another hash than it digests with, which is not supported")
		r.how = schemeNone
	}
	if r.salt == 0 {
		r.fault(FaultAlgorithm, params, "0", "", "RSASSA-PSS without salt is not supported")
		r.how = schemeNone
	}
}

var (
	digestURIs    = [...]string{DigestSHA256, DigestSHA1, DigestSHA384, DigestSHA512, DigestSHA224}
	signatureURIs = [...]string{RSASHA256, RSASHA1, RSASHA384, RSASHA512, RSASHA224, ECDSASHA256, ECDSASHA384, ECDSASHA512, ECDSASHA1, ECDSASHA224,
		RSAPSSSHA256, RSAPSSSHA1, RSAPSSSHA384, RSAPSSSHA512, RSAPSSSHA224}
)

// nearestAlgorithm is the identifier that was likely meant: the one with the same end.
func nearestAlgorithm(uri string, known []string) string {
	tail := func(s string) string {
		s = s[strings.LastIndexAny(s, "#/:")+1:]
		return strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(s))
	}
	want := tail(uri)
	for _, k := range known {
		if have := tail(k); want == have || strings.HasSuffix(have, want) && len(want) >= 6 {
			return k
		}
	}
	return ""
}

// algorithmNote says why an algorithm is refused.
func algorithmNote(uri, what string) string {
	end := strings.ToLower(uri[strings.LastIndexAny(uri, "#/")+1:])
	switch {
	case uri == "":
		return "the " + what + " is not named"
	case strings.HasPrefix(end, "hmac"):
		return "HMAC signs with a secret that both sides hold; taken for a public key, everybody could sign"
	case strings.Contains(end, "md5"):
		return "MD5 is broken"
	case strings.HasPrefix(end, "dsa-"):
		return "DSA is not supported"
	case strings.Contains(end, "ripemd"), strings.Contains(end, "whirlpool"), strings.Contains(end, "sha3"), strings.HasPrefix(end, "eddsa"):
		return "the " + what + " is not supported"
	}
	return "there is no such " + what + "; identifiers are compared as a whole"
}
