package formula_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/samlproof/samlproof/mockidp/formula"
)

// faults are formulas that cannot be saved, with what is said of them.
var faults = []struct{ text, want string }{
	// Quotes.
	{`“agent”`, `column 1: “ is a left curly quote (U+201C), which Salesforce does not take as a quote. Type straight quotes: "agent".`},
	{`“agent“`, `column 1: “ is a left curly quote (U+201C), which Salesforce does not take as a quote. Type straight quotes: "agent".`},
	{`‘agent’`, `column 1: ‘ is a left curly single quote (U+2018), which Salesforce does not take as a quote. Type straight quotes: "agent".`},
	{`„agent”`, `column 1: „ is a low curly quote (U+201E), which Salesforce does not take as a quote. Type straight quotes: "agent".`},
	{`«agent»`, `column 1: « is a left angle quote (U+00AB), which Salesforce does not take as a quote. Type straight quotes: "agent".`},
	{`＂agent＂`, `column 1: ＂ is a full-width quote (U+FF02), which Salesforce does not take as a quote. Type straight quotes: "agent".`},
	{"`agent`", "column 1: ` is a backtick (U+0060), which Salesforce does not take as a quote. Type straight quotes: \"agent\"."},
	{`$User.FirstName + “ “ + $User.LastName`, `column 19: “ is a left curly quote (U+201C), which Salesforce does not take as a quote. Type straight quotes: " ".`},
	{`"agent”`, `column 7: The text begins with a straight quote and ends with ”, a right curly quote (U+201D), which Salesforce does not take as a quote. Type " in its place.`},
	{`“agent"`, `column 1: “ is a left curly quote (U+201C), which Salesforce does not take as a quote. Type straight quotes: "agent".`},
	{`"agent`, `column 1: The text that begins here has no closing quote. Type " where it ends.`},
	{`agent"`, `column 6: The text that begins here has no closing quote. Type " where it ends.`},
	{`'agent"`, `column 1: The text that begins here has no closing quote. Type ' where it ends.`},
	{"\"a\nb\"", `column 1: The text that begins here goes on in the next line. Type \n for a new line, and close the text with ".`},
	{`"a\qb"`, `column 3: The text has \q, which stands for nothing. Type \\ for a backslash, \" for a quote, \n for a new line.`},
	{`"a\`, `column 1: The text that begins here has no closing quote. Type " where it ends.`},

	// Words without quotes.
	{`agent`, `column 1: Field agent does not exist. If it is a text, type it in quotes: "agent".`},
	{`agent, supervisor, admin`, `column 1: Field agent does not exist. If it is a text, type it in quotes: "agent, supervisor, admin".`},
	{`support agent`, `column 1: Field support does not exist. If it is a text, type it in quotes: "support agent".`},
	{`$User.FirstName + agent`, `column 19: Field agent does not exist. If it is a text, type it in quotes: "agent".`},
	{`FirstName`, `column 1: Field FirstName does not exist. If it is the user's, type $User.FirstName; if it is a text, type it in quotes: "FirstName".`},
	{`User.Email`, `column 1: Field User.Email does not exist. Did you mean $User.Email?`},
	{`user.email`, `column 1: Field user.email does not exist. Did you mean $User.Email?`},
	{`Contact.Email`, `column 1: Field Contact.Email does not exist. A merge field begins with $, as $User.Email.`},
	{`{!$User.Email}`, `column 1: {! and } enclose merge fields elsewhere, but not in a formula. Type the field alone, as $User.Email.`},
	{`ägent`, `column 1: ägent is neither a field nor a function. If it is a text, type it in quotes: "ägent".`},
	{`2nd`, `column 1: 2nd is neither a number nor a field. If it is a text, type it in quotes: "2nd".`},

	// Fields.
	{`$User.FristName`, `column 1: Field $User.FristName does not exist. Did you mean $User.FirstName?`},
	{`$User.First_Name`, `column 1: Field $User.First_Name does not exist. Did you mean $User.FirstName?`},
	{`$User.Nickname`, `column 1: Field $User.Nickname does not exist. Did you mean $User.CommunityNickname?`},
	{`$User.FederationId`, `column 1: Field $User.FederationId does not exist. Did you mean $User.FederationIdentifier?`},
	{`$User.Full_Name`, `column 1: Field $User.Full_Name does not exist. Did you mean $User.FirstName + " " + $User.LastName?`},
	{`$User.Role`, `column 1: Field $User.Role does not exist. Did you mean $UserRole.Name?`},
	{`$User.OrganizationType`, `column 1: Field $User.OrganizationType does not exist. Did you mean $Organization.OrganizationType?`},
	{`$User.Region`, `column 1: Field $User.Region does not exist. A field that the org added ends in __c, as $User.Region__c.`},
	{`$Usr.Email`, `column 1: Field $Usr.Email does not exist. Did you mean $User.Email?`},
	{`$Account.Name`, `column 1: Field $Account.Name does not exist. Use fields of $User, $Profile, $UserRole and $Organization.`},
	{`$Permission.Flex`, `column 1: $Permission.Flex cannot be used in a custom attribute. Use fields of $User, $Profile, $UserRole and $Organization.`},
	{`$User`, `column 1: $User is not a whole merge field. A merge field names an object and its field, as $User.Email.`},
	{`$User.Manager.Email`, `column 1: Field $User.Manager.Email does not exist. A merge field has one dot, as $User.Email; fields of related objects are out of reach.`},

	// Structure.
	{``, `column 1: The formula is empty. Type a merge field such as $User.Email, or a text in quotes such as "agent".`},
	{"  \n ", `column 1: The formula is empty. Type a merge field such as $User.Email, or a text in quotes such as "agent".`},
	{`"a" "b"`, `column 5: There is no operator between "a" and "b". Join texts with + or &.`},
	{`"a" +`, `column 6: Something is missing after + at the end of the formula. Type a field, a text in quotes or a function there.`},
	{`+ "a"`, `column 3: + takes a number, not a text. Make it a number: VALUE("a").`},
	{`"a" + * "b"`, `column 7: A value is missing after +, before *. Type a field, a text in quotes or a function there.`},
	{`("a"`, `column 1: This parenthesis is not closed. Type ) where it ends.`},
	{`LEFT("a", 1`, `column 5: This parenthesis is not closed. Type ) where it ends.`},
	{`"a")`, `column 4: This parenthesis closes nothing. Delete it.`},
	{`"agent", "supervisor"`, `column 8: A comma separates the arguments of a function, and there is no function here. If it is part of a text, type it inside the quotes: "agent, supervisor".`},
	{`LEFT("a",)`, `column 10: A value is missing after the comma, before ). Type a field, a text in quotes or a function there.`},
	{`TRUE AND FALSE`, `column 6: AND does not stand between two conditions. Type &&, or AND(…, …).`},
	{`TRUE or FALSE`, `column 6: OR does not stand between two conditions. Type ||, or OR(…, …).`},
	{`"a" /* b`, `column 5: The comment that begins here does not end. End it with */.`},
	{`1.2.3`, `column 1: 1.2.3 is not a number. Type it as 12 or 12.5.`},
	{`1.`, `column 1: 1. is not a number. Type it as 12 or 12.5.`},
	{`.5`, `column 1: A number begins with a digit. Type 0 before the point.`},
	{`"a" % "b"`, `column 5: % (U+0025) means nothing in a formula. If it is part of a text, type the text in straight quotes.`},
	{`"a" –  "b"`, `column 5: – (U+2013) is a dash, not a minus. Type - in its place.`},
	{"\"a\" +\u00a0\"b\"", `column 6: There is a special space (U+00A0) here. Type an ordinary space in its place.`},
	{"\u200b\"a\"", `column 1: There is an invisible character (U+200B) here. Delete it.`},
	{"\"a\" + \xff", `column 7: The byte 0xFF is not UTF-8. Save the settings as UTF-8.`},
	{"\"a\" +\n  $User.Emial", `line 2, column 3: Field $User.Emial does not exist. Did you mean $User.Email?`},

	// Functions.
	{`LEFTT("a", 1)`, `column 1: Unknown function LEFTT. Did you mean LEFT?`},
	{`Concatenate("a", "b")`, `column 1: Unknown function Concatenate. Did you mean the operator &?`},
	{`REPLACE("a", "b", "c")`, `column 1: Unknown function REPLACE. Did you mean SUBSTITUTE?`},
	{`FROBNICATE(1)`, `column 1: Unknown function FROBNICATE.`},
	{`TRUE()`, `column 1: TRUE is no function. Type TRUE without parentheses.`},
	{`HYPERLINK("https://acme.example", "x")`, `column 1: HYPERLINK cannot be used in a custom attribute: it makes a link for a page, and the service provider would receive its markup.`},
	{`IMAGE("a.png", "x")`, `column 1: IMAGE cannot be used in a custom attribute: it makes a picture for a page, and the service provider would receive its markup.`},
	{`ISCHANGED($User.Email)`, `column 1: ISCHANGED cannot be used in a custom attribute: it looks at a record that is being saved, and at a login none is.`},
	{`LEFT("a")`, `column 1: LEFT takes 2 arguments, not 1. Type it as LEFT(text, count).`},
	{`LEN()`, `column 1: LEN takes 1 argument, not 0. Type it as LEN(text).`},
	{`IF(TRUE, "a")`, `column 1: IF takes 3 arguments, not 2. Type it as IF(condition, value_if_true, value_if_false).`},
	{`TODAY(1)`, `column 1: TODAY takes no arguments, not 1. Type it as TODAY().`},
	{`FIND("a")`, `column 1: FIND takes 2 or 3 arguments, not 1. Type it as FIND(search_text, text, start).`},
	{`CASE(1, 2, 3)`, `column 1: CASE takes 4 arguments or more, not 3. Type it as CASE(expression, value1, result1, …, else_result).`},
	{`CASE(1, 2, 3, 4, 5)`, `column 1: CASE takes an even number of arguments, not 5: each value has its result, and the result for all others comes last. Type it as CASE(expression, value1, result1, …, else_result).`},
	{`AND()`, `column 1: AND takes 1 argument or more, not 0. Type it as AND(condition, condition, …).`},

	// Types.
	{`"a" + 1`, `column 5: + cannot join a text and a number. Make it a text: TEXT(1).`},
	{`1 + "a"`, `column 3: + cannot join a number and a text. Make it a text: TEXT(1).`},
	{`"a" & 1`, `column 7: & takes a text on both sides; 1 is a number. Make it a text: TEXT(1).`},
	{`$User.IsActive & "x"`, `column 1: & takes a text on both sides; $User.IsActive is true or false. Make it a text: IF($User.IsActive, "true", "false").`},
	{`"x" & $User.UserType`, `column 7: & takes a text on both sides; $User.UserType is a picklist. Make it a text: TEXT($User.UserType).`},
	{`"x" + $User.LanguageLocaleKey`, `column 5: + cannot join a text and a picklist. Make it a text: TEXT($User.LanguageLocaleKey).`},
	{`"a" - "b"`, `column 5: - does not work on a text and a text. Make it a number: VALUE("b").`},
	{`"2" * 3`, `column 1: * takes a number on both sides; "2" is a text. Make it a number: VALUE("2").`},
	{`TODAY() + TODAY()`, `column 9: + does not work on a date and a date.`},
	{`1 - TODAY()`, `column 3: - does not work on a number and a date.`},
	{`TODAY() - NOW()`, `column 9: - does not work on a date and a date with time.`},
	{`"a" < "b"`, `column 1: < compares numbers and dates; "a" is a text. Make it a number: VALUE("a").`},
	{`"1" = 1`, `column 5: = cannot compare a text with a number. Make it a text: TEXT(1).`},
	{`TODAY() < NOW()`, `column 9: < cannot compare a date with a date with time. Make it a date: DATEVALUE(NOW()).`},
	{`$User.UserType = "Standard"`, `column 1: $User.UserType is a picklist, which = does not compare. Use ISPICKVAL($User.UserType, "…") or TEXT($User.UserType).`},
	{`"a" && TRUE`, `column 1: && takes true or false on both sides; "a" is a text. Compare it with something, as "a" = "agent".`},
	{`NOT "a"`, `column 5: NOT takes true or false, not a text. Compare it with something, as "a" = "agent".`},
	{`!1`, `column 2: ! takes true or false, not a number.`},
	{`-"a"`, `column 2: - takes a number, not a text. Make it a number: VALUE("a").`},
	{`IF("a", 1, 2)`, `column 4: IF takes true or false here, not a text. Compare it with something, as "a" = "agent".`},
	{`IF(TRUE, "a", 1)`, `column 15: IF gives a text if the condition holds and a number if not; both must be of one type. Make it a text: TEXT(1).`},
	{`CASE($User.IsActive, TRUE, "a", "b")`, `column 6: CASE does not take true or false. Use IF.`},
	{`CASE("a", 1, "x", "y")`, `column 11: CASE compares a text with a number here. Make it a text: TEXT(1).`},
	{`CASE("a", "b", 1, "y")`, `column 19: CASE gives a number before, and a text here. Make it a number: VALUE("y").`},
	{`LEFT(1, 2)`, `column 6: LEFT takes a text here, not a number. Make it a text: TEXT(1).`},
	{`LEFT("a", "1")`, `column 11: LEFT takes a number here, not a text. Make it a number: VALUE("1").`},
	{`LEN($User.UserType)`, `column 5: LEN takes a text here, not a picklist. Make it a text: TEXT($User.UserType).`},
	{`YEAR($User.LastLoginDate)`, `column 6: YEAR takes a date here, not a date with time. Make it a date: DATEVALUE($User.LastLoginDate).`},
	{`YEAR("2026-01-01")`, `column 6: YEAR takes a date here, not a text. Make it a date: DATEVALUE("2026-01-01").`},
	{`HOUR("17:00:00")`, `column 6: HOUR takes a time here, not a text. Make it a time: TIMEVALUE("17:00:00").`},
	{`TEXT("a")`, `column 6: TEXT does not take a text. It is one already; leave TEXT away.`},
	{`TEXT($User.IsActive)`, `column 6: TEXT does not take true or false. Make it a text: IF($User.IsActive, "true", "false").`},
	{`VALUE(1)`, `column 7: VALUE takes a text here, not a number. Make it a text: TEXT(1).`},
	{`ISBLANK(TRUE)`, `column 9: ISBLANK does not take true or false, which is never blank.`},
	{`BLANKVALUE($User.IsActive, TRUE)`, `column 12: BLANKVALUE does not take true or false, which is never blank.`},
	{`BLANKVALUE($User.FirstName, 1)`, `column 29: BLANKVALUE takes a text here, as before, not a number. Make it a text: TEXT(1).`},
	{`ISPICKVAL($User.FirstName, "x")`, `column 11: ISPICKVAL takes a picklist here, not a text. Name a picklist field there.`},
	{`INCLUDES($User.UserType, "x")`, `column 10: INCLUDES takes a multi-select picklist here, not a picklist. Name a multi-select picklist field there.`},
	{`ADDMONTHS("2026-01-01", 1)`, `column 11: ADDMONTHS takes a date here, not a text. Make it a date: DATEVALUE("2026-01-01").`},
	{`DATEVALUE(1)`, `column 11: DATEVALUE takes a text here, not a number. Make it a text: TEXT(1).`},
	{`MAX("a")`, `column 5: MAX takes a number here, not a text. Make it a number: VALUE("a").`},
	{strings.Repeat("9", 65), `column 1: The number is too large.`},
	{strings.Repeat("(", 200) + "1", `column 101: The formula is nested more than 100 levels deep. Simplify it.`},
	{strings.Repeat("!", 200) + "TRUE", `column 101: The formula is nested more than 100 levels deep. Simplify it.`},
	{strings.Repeat("IF(TRUE,", 200), `column 803: The formula is nested more than 100 levels deep. Simplify it.`},
	{`"` + strings.Repeat("ä", 3899) + `"`, `column 1: The formula has 3901 characters; Salesforce takes 3900. Shorten it.`},
}

func TestFaults(t *testing.T) {
	t.Parallel()
	require.Greater(t, len(faults), 100)
	for _, test := range faults {
		_, err := formula.Parse(test.text)
		require.EqualError(t, err, test.want, test.text)
		var fault *formula.Error
		require.ErrorAs(t, err, &fault)
		require.LessOrEqual(t, fault.Offset, len(test.text))
	}
}

// failures are formulas that can be saved but give nothing for this user.
var failures = []struct{ text, want string }{
	{`1 / 0`, `column 3: Division by zero.`},
	{`1 / (2 - 2)`, `column 3: Division by zero.`},
	{`MOD(1, 0)`, `column 1: Division by zero.`},
	{`0 ^ -1`, `column 3: Division by zero.`},
	{`2 ^ 0.5`, `column 3: ^ 0.5 is out of range. Only whole powers can be computed.`},
	{`9 ^ 999`, `column 3: The number becomes too large.`},
	{`99999999999999999999999999999999 * 999999999999999999999999999999999999`, `column 34: The number becomes too large.`},
	{`VALUE("a")`, `column 1: VALUE cannot make a number of "a". Ask ISNUMBER first.`},
	{`SQRT(-1)`, `column 1: SQRT is not defined for this number.`},
	{`LN(0)`, `column 1: LN is not defined for this number.`},
	{`EXP(9999)`, `column 1: EXP is not defined for this number.`},
	{`DATE(2026, 2, 29)`, `column 1: There is no day 2026-2-29.`},
	{`DATE(0, 1, 1)`, `column 1: DATE knows the years 1 to 9999, not 0.`},
	{`DATEVALUE("31.3.2026")`, `column 1: DATEVALUE cannot make a date of "31.3.2026". Write dates as 2026-03-31.`},
	{`DATETIMEVALUE("now")`, `column 1: DATETIMEVALUE cannot make a date with time of "now". Write them as 2026-03-31 17:00:00.`},
	{`TIMEVALUE("five")`, `column 1: TIMEVALUE cannot make a time of "five". Write times as 17:00:00.000.`},
	{`TODAY() + 9999999`, `column 9: The date is out of range.`},
	{`ADDMONTHS(TODAY(), 999999)`, `column 1: The date is out of range.`},
	{`FROMUNIXTIME(999999999999999)`, `column 1: The date is out of range.`},
	{`FORMATDURATION(99999999999)`, `column 1: The duration is out of range.`},
	{`CASESAFEID("short")`, `column 1: CASESAFEID takes an ID of 15 characters, not "short".`},
	{`CHR(0)`, `column 1: CHR knows no character 0.`},
	{`REGEX("a", "(")`, `column 12: The regular expression "(" cannot be read here. It may be valid in Salesforce all the same.`},
	{`LPAD("a", 999999)`, `column 1: The text becomes longer than 100000 bytes.`},
	{`SUBSTITUTE(RPAD("", 1) & LPAD("x", 90000, "x"), "x", "xxxx")`, `column 1: The text becomes longer than 100000 bytes.`},
	{`LPAD("x", 90000) & LPAD("x", 90000)`, `column 18: The text becomes longer than 100000 bytes.`},
	{`$User.Department`, `column 1: What field $User.Department holds is not known.`},
	{`$User.Other__c + 1`, `column 1: What field $User.Other__c holds is not known.`},
	{`$User.Region__c + 1`, `column 1: "EMEA;APAC" is not a number.`},
	{`IF($User.Region__c, 1, 2)`, `column 4: "EMEA;APAC" is not true or false.`},
	{`YEAR($User.Region__c)`, `column 6: "EMEA;APAC" is not a date.`},
}

func TestFailures(t *testing.T) {
	t.Parallel()
	for _, test := range failures {
		e, err := formula.Parse(test.text)
		require.NoError(t, err, test.text)
		_, err = e.EvalIn(login(t))
		require.EqualError(t, err, test.want, test.text)
	}
}

// Without a time, what depends on it is told rather than guessed.
func TestUnknownTime(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"TODAY()":         "column 1: TODAY depends on the time, which is not known here.",
		"TEXT(NOW())":     "column 6: NOW depends on the time, which is not known here.",
		`TEXT(TIMENOW())`: "column 6: TIMENOW depends on the time, which is not known here.",
	} {
		_, err := formula.Eval(text, nil)
		require.EqualError(t, err, want)
	}
	_, err := formula.Eval("$User.Email", nil)
	require.EqualError(t, err, "column 1: What field $User.Email holds is not known.")
}
