using System.Text.RegularExpressions;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

public sealed partial class FilesTests
{
    /// <summary>The lines of code of a type that may live in the file of the type that has it.</summary>
    const int MaxLines = 40;

    /// <summary>
    /// A part of a type is called <c>Type.Part.cs</c>, a generic type beside one that is not <c>Type{T}.cs</c>.
    /// </summary>
    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    [InlineData("bench")]
    public void A_file_has_the_name_of_its_first_type(string folder) => Assert.Empty(
        from file in SourceTree.Files(folder, ".cs")
        let types = TypesIn(SourceTree.Read(file)).ToArray()
        where types.Length > 0 && types[0] != GetName(file)
        select $"{file}: {string.Join(", ", types)}");

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    [InlineData("bench")]
    public void The_other_types_of_a_file_are_small(string folder) => Assert.Empty(
        from file in SourceTree.Files(folder, ".cs")
        let text = SourceTree.Read(file)
        let types = Type.Matches(text).ToArray()
        from type in types.Skip(1).Zip(types.Skip(2).Select(next => next.Index).Append(text.Length))
        let lines = CodeLines(text[type.First.Index..type.Second])
        where lines > MaxLines
        select $"{file}: {type.First.Groups["name"].Value} has {lines} lines, and deserves a file of its own");

    static int CodeLines(string text) => text.Split('\n').Select(line => line.Trim())
        .Count(line => line.Length > 0 && !line.StartsWith("///", StringComparison.Ordinal));

    /// <summary>The names of the types that a file declares.</summary>
    internal static IEnumerable<string> TypesIn(string text) =>
        Type.Matches(text).Select(type => type.Groups["name"].Value);

    static string GetName(string file) => Path.GetFileNameWithoutExtension(file).Split('.', '{')[0];

    [GeneratedRegex(
        @"^(?:(?:public|internal|file|static|sealed|abstract|partial|readonly|ref|unsafe) )*"
            + @"(?:class|struct|interface|enum|record(?: struct| class)?|delegate \S+) (?<name>\w+)",
        RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    static partial Regex Type { get; }
}
