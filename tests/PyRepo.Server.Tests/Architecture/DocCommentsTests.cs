using System.Text.RegularExpressions;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

public sealed partial class DocCommentsTests
{
    [Fact]
    public void A_doc_comment_begins_with_a_noun_or_a_verb() => Assert.Empty(
        from file in SourceTree.Files("src", ".cs")
        from Match question in Question.Matches(SourceTree.Read(file))
        select $"{file}: {question.Value.Trim()}");

    [Theory]
    [InlineData("/// <summary>What a key names.</summary>")]
    [InlineData("    /// Whoever asks for it.")]
    [InlineData("/// <param name=\"caller\">Who asks.</param>")]
    public void A_question_would_be_found(string line) => Assert.Matches(Question, line);

    [GeneratedRegex(
        @"^ *///( <summary>| <param [^>]*>| <returns>)? *(What|Who|Whoever) .*$",
        RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    static partial Regex Question { get; }
}
