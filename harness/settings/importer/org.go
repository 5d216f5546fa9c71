package importer

// org sets what the settings of the org say.
func (b *builder) org() {
	sf := &b.s.Salesforce
	for _, d := range b.orgs {
		b.half(d, d.root)
		if d.root.Local() == "IdentityProviderSettings" {
			if e := child(d.root, "enableIdentityProvider"); e.Exists() && !sf.IdentityProvider.Enabled.Set {
				typed(&sf.IdentityProvider.Enabled, value(e) == "true", d.at(e))
			}
			if !sf.IdentityProvider.Certificate.Set {
				d.text(&sf.IdentityProvider.Certificate, d.root, "certificateName")
			}
			continue
		}
		name, suffix := child(d.root, "myDomainName"), value(child(d.root, "myDomainSuffix"))
		part := value(child(d.root, "domainPartition"))
		if value(name) == "" || sf.MyDomain.Set {
			continue
		}
		if (suffix == "MySalesforce" || suffix == "MySalesforceLimited") && (part == "" || part == "none") {
			typed(&sf.MyDomain, value(name)+".my.salesforce.com", d.at(name))
			continue
		}
		b.ask("salesforce.my_domain", "The org's My Domain is called "+value(name)+"; what follows depends on the kind of org.")
	}
}
