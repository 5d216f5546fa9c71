package report

import (
	"bytes"
	_ "embed"
)

// Schema is the JSON Schema (draft 2020-12) of the JSON report.
//
//go:embed schema.json
var Schema []byte

var (
	//go:embed schema-drill.json
	drillSchema []byte
	//go:embed schema-awkward.json
	awkwardSchema []byte
	//go:embed schema-checks.json
	checksSchema []byte
)

// A SchemaFile describes one kind of JSON that samlproof writes.
type SchemaFile struct {
	Name string // report, drill, awkward or checks
	Of   string // what it describes, in words
	// Text is a JSON Schema that needs no other: what it refers to is bundled into it.
	Text []byte
}

// Schemas are those of all JSON that samlproof writes.
func Schemas() []SchemaFile {
	return []SchemaFile{
		{"report", "what run, inspect, metadata and probe write with --format json", Schema},
		{"drill", "what drill writes with --format json", drillSchema},
		{"awkward", "what run --users awkward writes with --format json", bundled(awkwardSchema)},
		{"checks", "what checks writes with --format json", bundled(checksSchema)},
	}
}

// bundled is a schema with that of the report in the place that it keeps for it.
func bundled(schema []byte) []byte {
	return bytes.Replace(schema, []byte(`"report": {}`), append([]byte(`"report": `), bytes.TrimSpace(Schema)...), 1)
}
