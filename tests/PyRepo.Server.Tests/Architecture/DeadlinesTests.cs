using System.Text.RegularExpressions;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

/// <summary>How long tests wait for what comes by itself.</summary>
public sealed partial class DeadlinesTests
{
    /// <summary>Limits that the product states, and the rest of a program that was killed.</summary>
    static readonly string[] _exceptions =
    [
        "tests/EndToEnd/ProgramRun.cs", "tests/PyRepo.Operator.Tests/Running/ConditionTests.cs",
        "tests/PyRepo.Operator.Tests/Running/LifeOfAResourceTests.cs",
    ];

    /// <summary>Some would be too short for a slow machine, and some too long for who waits for a failure.</summary>
    [Fact]
    public void All_of_them_have_the_same_deadline()
    {
        string[] found =
        [
            .. from file in SourceTree.Files("tests", ".cs").Order(StringComparer.Ordinal)
               where !file.EndsWith($"{nameof(DeadlinesTests)}.cs", StringComparison.Ordinal)
               where HasDeadlineOfItsOwn.IsMatch(SourceTree.Read(file))
               select file,
        ];
        Assert.True(
            found.SequenceEqual(_exceptions),
            $"A deadline of its own is in {string.Join(", ", found.Except(_exceptions))}, or no longer in "
                + $"{string.Join(", ", _exceptions.Except(found))}. Use Eventually.IsAsync, Eventually.Deadline or "
                + "KubectlTimeout.");
    }

    [Theory]
    [InlineData("task.WaitAsync(TimeSpan.FromMinutes(1))", true)]
    [InlineData("full.Wait(TimeSpan.FromMinutes(1))", true)]
    [InlineData("SpinWait.SpinUntil(() => done, TimeSpan.FromSeconds(30))", true)]
    [InlineData("(\"wait\", \"--timeout=4m\")", true)]
    [InlineData("(\"install\", \"--timeout\", \"4m\")", true)]
    [InlineData("task.WaitAsync(Eventually.Deadline)", false)]
    [InlineData("(\"wait\", KubectlTimeout.Option)", false)]
    public void A_deadline_of_its_own_would_be_found(string code, bool expected) =>
        Assert.Equal(expected, HasDeadlineOfItsOwn.IsMatch(code));

    [GeneratedRegex(@"\.Wait(Async)?\(TimeSpan|SpinUntil\([^;]*TimeSpan|--timeout(=|"", "")\d")]
    static partial Regex HasDeadlineOfItsOwn { get; }
}
