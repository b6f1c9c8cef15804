using System.Xml.Linq;

namespace TestRunner;

/// <summary>Reads the log in the TRX format that a run of <c>dotnet test</c> writes.</summary>
public static class TrxFile
{
    /// <summary>Lines that xunit writes about failed tests, which their own results repeat.</summary>
    const string XunitLine = "[xUnit.net";

    static readonly XNamespace _ns = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <summary>What xunit reports outside of any test.</summary>
    static readonly string[] _failuresOutsideTests = ["Catastrophic failure", "Cleanup Failure"];

    /// <summary>The results of all tests, in the order in which they ended.</summary>
    /// <exception cref="InvalidDataException">A result names a test that the file does not define.</exception>
    public static IReadOnlyList<TestCase> Cases(XDocument trx)
    {
        var methods = trx.Descendants(_ns + "UnitTest").ToDictionary(test => Attribute(test, "id"), MethodOf);
        return [.. trx.Descendants(_ns + "UnitTestResult").Select(result => CaseOf(result, methods))];
    }

    /// <summary>Errors that belong to no test: a crash of the test host, a fixture whose clean-up failed.</summary>
    public static IReadOnlyList<string> Errors(XDocument trx) =>
    [
        .. trx.Descendants(_ns + "RunInfo")
            .Where(info => Attribute(info, "outcome") == "Error")
            .Select(info => info.Element(_ns + "Text")?.Value.Trim() ?? "")
            .Where(IsOutsideTests),
    ];

    static bool IsOutsideTests(string text) =>
        !text.StartsWith(XunitLine, StringComparison.Ordinal)
        || _failuresOutsideTests.Any(failure => text.Contains(failure, StringComparison.Ordinal));

    static TestCase CaseOf(XElement result, Dictionary<string, string> methods)
    {
        var name = Attribute(result, "testName");
        if (!methods.TryGetValue(Attribute(result, "testId"), out var method))
            throw new InvalidDataException($"The result of {name} has no definition.");
        return new TestCase(name, method, OutcomeOf(Attribute(result, "outcome")), TextOf(result));
    }

    /// <summary>
    /// Anything but a pass and a skip is a failure: a time-out, an abort, and what later versions add.
    /// </summary>
    static TestOutcome OutcomeOf(string outcome) => outcome switch
    {
        "Passed" => TestOutcome.Passed,
        "NotExecuted" => TestOutcome.Skipped,
        _ => TestOutcome.Failed,
    };

    static string MethodOf(XElement test)
    {
        var method = test.Element(_ns + "TestMethod")!;
        return $"{Attribute(method, "className")}.{Attribute(method, "name")}";
    }

    static string TextOf(XElement result)
    {
        if (result.Element(_ns + "Output") is not { } output)
            return "";
        string?[] texts =
        [
            output.Descendants(_ns + "Message").FirstOrDefault()?.Value,
            output.Descendants(_ns + "StackTrace").FirstOrDefault()?.Value,
            output.Element(_ns + "StdOut")?.Value,
            output.Element(_ns + "StdErr")?.Value,
        ];
        return string.Join('\n', texts.Where(text => !string.IsNullOrWhiteSpace(text)));
    }

    static string Attribute(XElement element, string name) => element.Attribute(name)?.Value ?? "";
}
