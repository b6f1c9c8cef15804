using System.Xml.Linq;

namespace TestRunner.Tests;

public sealed class TestReportTests
{
    const string Adds = "name=\"Shop.CartTests.Adds\" type=\"Shop.CartTests\" method=\"Adds\"";

    [Fact]
    public void A_test_has_its_name_its_method_and_its_outcome()
    {
        var cases = TestReport.Cases(Report("""
            <test name="Shop.CartTests.Adds(n: 1)" type="Shop.CartTests" method="Adds" result="Pass" />
            """));
        Assert.Equal([new TestCase("Shop.CartTests.Adds(n: 1)", "Shop.CartTests.Adds", TestOutcome.Passed, "")], cases);
    }

    [Fact]
    public void A_failed_test_has_its_error_and_what_it_wrote()
    {
        var failed = Assert.Single(TestReport.Cases(Report($"""
            <test {Adds} result="Fail">
              <output>the log</output>
              <failure><message>It is red.</message><stack-trace>at Shop</stack-trace></failure>
            </test>
            """)));
        Assert.Equal((TestOutcome.Failed, "It is red.\nat Shop\nthe log"), (failed.Outcome, failed.Text));
    }

    [Theory]
    [InlineData("System.TimeoutException", "time=\"120.3\"", true)]
    [InlineData("System.TimeoutException", "time=\"30.01\"", false)]
    [InlineData("System.TimeoutException", "", false)]
    [InlineData("Xunit.Sdk.EqualException", "time=\"120.3\"", false)]
    public void A_test_has_timed_out_if_it_says_so_after_a_long_wait(string exception, string time, bool expected) =>
        Assert.Equal(expected, Assert.Single(TestReport.Cases(Report(
            $"""<test {Adds} {time} result="Fail"><failure exception-type="{exception}" /></test>"""))).HasTimedOut);

    [Fact]
    public void A_skipped_test_has_its_reason_alone()
    {
        var skipped = Assert.Single(TestReport.Cases(Report(
            $"""<test {Adds} result="Skip"><output>the log</output><reason>No root.</reason></test>""")));
        Assert.Equal((TestOutcome.Skipped, "No root."), (skipped.Outcome, skipped.Text));
    }

    [Fact]
    public void Quotes_and_backslashes_are_preserved()
    {
        var failed = Assert.Single(TestReport.Cases(Report("""
            <test name="Adds(s: \&quot;a\&quot;)" result="Fail">
              <output>C:\Shop</output>
              <failure><message>\"C:\\Shop\"\x01</message></failure>
            </test>
            """)));
        Assert.Equal(("Adds(s: \"a\")", "\"C:\\Shop\"\u0001\nC:\\Shop"), (failed.Name, failed.Text));
    }

    [Theory]
    [InlineData("NotRun")]
    [InlineData("")]
    public void An_outcome_that_is_neither_a_pass_nor_a_skip_is_a_failure(string result) => Assert.Equal(
        TestOutcome.Failed, Assert.Single(TestReport.Cases(Report($"""<test {Adds} result="{result}" />"""))).Outcome);

    [Fact]
    public void An_error_outside_of_a_test_is_reported() => Assert.Equal(
        ["test-class-cleanup Shop.CartTests: It is red.\nat Shop"],
        TestReport.Errors(Report(errors: """
            <error type="test-class-cleanup" name="Shop.CartTests">
              <failure><message>It is red.</message><stack-trace>at Shop</stack-trace></failure>
            </error>
            """)));

    [Fact]
    public void A_failed_test_is_not_an_error_of_the_run() =>
        Assert.Empty(TestReport.Errors(Report($"""<test {Adds} result="Fail" />""", failed: 1)));

    [Fact]
    public void The_collection_of_a_theory_that_cannot_run_is_an_error() => Assert.Equal(
        ["Shop.CartTests: a theory has no rows, or they cannot be read."],
        TestReport.Errors(Report($"""<test {Adds} result="Fail" />""", failed: 2)));

    [Fact]
    public void A_report_without_a_result_has_no_case() => Assert.Empty(TestReport.Cases(Report()));

    [Theory]
    [InlineData("Shop.CartTests.Adds", "CartTests.Adds")]
    [InlineData("Shop.CartTests.Adds(file: \"a.b.c\")", "CartTests.Adds(file: \"a.b.c\")")]
    [InlineData("CartTests.Adds", "CartTests.Adds")]
    [InlineData("Adds", "Adds")]
    public void The_short_name_has_no_namespace(string name, string expected) =>
        Assert.Equal(expected, RunOf.Passed(name).ShortName);

    static XDocument Report(string results = "", string errors = "", int failed = 0) => XDocument.Parse($"""
        <assemblies schema-version="3">
          <assembly name="Shop.Tests.dll">
            <errors>{errors}</errors>
            <collection name="Shop.CartTests" failed="{failed}">{results}</collection>
          </assembly>
        </assemblies>
        """);
}
