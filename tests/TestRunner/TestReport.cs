using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace TestRunner;

/// <summary>
/// Reads the <see href="https://xunit.net/docs/format-xml-v2">report</see> that a test host writes at its end.
/// </summary>
public static class TestReport
{
    /// <summary>A quicker one that times out did not wait for what comes by itself, and may pass the next time.</summary>
    const double LongWait = 100;

    /// <summary>The results of all tests.</summary>
    public static IReadOnlyList<TestCase> Cases(XDocument report) =>
    [
        .. report.Descendants("test").Select(test => new TestCase(
            Unescape(Attribute(test, "name")), $"{Attribute(test, "type")}.{Attribute(test, "method")}",
            GetOutcome(Attribute(test, "result")), GetText(test))
        {
            HasTimedOut =
                test.Element("failure")?.Attribute("exception-type")?.Value == typeof(TimeoutException).FullName
                && (double?)test.Attribute("time") > LongWait,
        }),
    ];

    /// <summary>What failed outside of a test: the clean-up of a fixture, a theory whose rows cannot be read.</summary>
    public static IReadOnlyList<string> Errors(XDocument report) =>
    [
        .. report.Descendants("collection").Where(LacksFailure).Select(collection =>
            $"{Attribute(collection, "name")}: a theory has no rows, or they cannot be read."),
        .. report.Descendants("error").Select(error =>
            $"{Attribute(error, "type")} {Attribute(error, "name")}: {GetText(error)}"),
    ];

    /// <summary>xunit 3.2 counts a theory that it cannot run, but leaves it out, and its error does not name it.</summary>
    static bool LacksFailure(XElement collection) =>
        (int?)collection.Attribute("failed")
            > collection.Elements("test").Count(test => Attribute(test, "result") == "Fail");

    /// <summary>Anything but a pass and a skip is a failure, and so is what later versions add.</summary>
    static TestOutcome GetOutcome(string result) => result switch
    {
        "Pass" => TestOutcome.Passed,
        "Skip" => TestOutcome.Skipped,
        _ => TestOutcome.Failed,
    };

    /// <summary>Why it was skipped, or how it failed, and what it wrote.</summary>
    static string GetText(XElement result)
    {
        if (result.Element("reason") is { } reason)
            return Unescape(reason.Value);
        var failure = result.Element("failure");
        string?[] texts =
        [
            Unescape(failure?.Element("message")?.Value),
            failure?.Element("stack-trace")?.Value,
            result.Element("output")?.Value,
        ];
        return string.Join('\n', texts.Where(text => !string.IsNullOrWhiteSpace(text)));
    }

    /// <summary>xunit writes names, reasons and messages with the escapes of C#, and the rest as it is.</summary>
    static string Unescape(string? text) => Regex.Unescape(text ?? "");

    static string Attribute(XElement element, string name) => element.Attribute(name)?.Value ?? "";
}
