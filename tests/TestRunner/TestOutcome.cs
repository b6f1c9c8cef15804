namespace TestRunner;

/// <summary>How a test ended.</summary>
public enum TestOutcome
{
    Passed,
    Failed,
    Skipped,
}
