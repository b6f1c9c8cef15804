using System.Xml.Linq;

namespace TestRunner.Tests;

public sealed class TrxFileTests
{
    [Fact]
    public void A_test_has_its_name_its_method_and_its_outcome()
    {
        var cases = TrxFile.Cases(Trx(results: """
            <UnitTestResult testId="1" testName="Shop.CartTests.Adds(n: 1)" outcome="Passed" />
            """));
        Assert.Equal([new TestCase("Shop.CartTests.Adds(n: 1)", "Shop.CartTests.Adds", TestOutcome.Passed, "")], cases);
    }

    [Fact]
    public void A_failed_test_has_its_error_and_what_it_wrote()
    {
        var failed = Assert.Single(TrxFile.Cases(Trx(results: """
            <UnitTestResult testId="1" testName="Shop.CartTests.Adds" outcome="Failed">
              <Output>
                <StdOut>the log</StdOut>
                <ErrorInfo><Message>It is red.</Message><StackTrace>at Shop</StackTrace></ErrorInfo>
              </Output>
            </UnitTestResult>
            """)));
        Assert.Equal((TestOutcome.Failed, "It is red.\nat Shop\nthe log"), (failed.Outcome, failed.Text));
    }

    [Fact]
    public void A_skipped_test_has_its_reason()
    {
        var skipped = Assert.Single(TrxFile.Cases(Trx(results: """
            <UnitTestResult testId="1" testName="Shop.CartTests.Adds" outcome="NotExecuted">
              <Output><ErrorInfo><Message>No root.</Message></ErrorInfo></Output>
            </UnitTestResult>
            """)));
        Assert.Equal((TestOutcome.Skipped, "No root."), (skipped.Outcome, skipped.Text));
    }

    [Theory]
    [InlineData("Timeout")]
    [InlineData("Aborted")]
    [InlineData("")]
    public void An_outcome_that_is_neither_a_pass_nor_a_skip_is_a_failure(string outcome) => Assert.Equal(
        TestOutcome.Failed,
        Assert.Single(TrxFile.Cases(
            Trx(results: $"""<UnitTestResult testId="1" testName="A.B" outcome="{outcome}" />"""))).Outcome);

    [Theory]
    [InlineData("The active test run was aborted. Reason: Test host process crashed")]
    [InlineData("[xUnit.net 00:00:00.66]     [Test Class Cleanup Failure (Shop.CartTests)] System.InvalidOperationException")]
    [InlineData("[xUnit.net 00:00:00.66]     Catastrophic failure: System.InvalidOperationException")]
    public void An_error_outside_of_a_test_is_reported(string text) =>
        Assert.Equal([text], TrxFile.Errors(Trx(infos: $"""<RunInfo outcome="Error"><Text>{text}</Text></RunInfo>""")));

    [Theory]
    [InlineData("Error", "[xUnit.net 00:00:00.68]     Shop.CartTests.Adds [FAIL]")]
    [InlineData("Warning", "[xUnit.net 00:00:00.69]     Shop.CartTests.Adds [SKIP]")]
    public void What_xunit_says_of_a_test_is_no_error_of_the_run(string outcome, string text) =>
        Assert.Empty(TrxFile.Errors(Trx(infos: $"""<RunInfo outcome="{outcome}"><Text>{text}</Text></RunInfo>""")));

    [Fact]
    public void A_log_without_a_result_has_no_case() => Assert.Empty(TrxFile.Cases(Trx()));

    [Theory]
    [InlineData("Shop.CartTests.Adds", "CartTests.Adds")]
    [InlineData("Shop.CartTests.Adds(file: \"a.b.c\")", "CartTests.Adds(file: \"a.b.c\")")]
    [InlineData("CartTests.Adds", "CartTests.Adds")]
    [InlineData("Adds", "Adds")]
    public void The_short_name_has_no_namespace(string name, string expected) =>
        Assert.Equal(expected, RunOf.Passed(name).ShortName);

    static XDocument Trx(string results = "", string infos = "") => XDocument.Parse($"""
        <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
          <Results>{results}</Results>
          <TestDefinitions>
            <UnitTest id="1"><TestMethod className="Shop.CartTests" name="Adds" /></UnitTest>
          </TestDefinitions>
          <ResultSummary outcome="Failed"><RunInfos>{infos}</RunInfos></ResultSummary>
        </TestRun>
        """);
}
