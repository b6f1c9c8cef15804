namespace TestRunner.Tests;

/// <summary>Makes what a test host brings.</summary>
static class RunOf
{
    public static HostRun Tests(params TestCase[] cases) => new("Shop.Tests", cases, null, 1);

    public static TestCase Passed(string method, string row = "") => new(method + row, method, TestOutcome.Passed, "");

    public static TestCase Failed(string method, string row = "") =>
        new(method + row, method, TestOutcome.Failed, "It is red.");

    public static TestCase TimedOut(string method, string row = "") => Failed(method, row) with { HasTimedOut = true };

    public static TestCase Skipped(string method, string reason) => new(method, method, TestOutcome.Skipped, reason);
}
