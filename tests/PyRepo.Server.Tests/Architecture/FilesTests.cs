using System.Text.RegularExpressions;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

public sealed partial class FilesTests
{
    /// <summary>
    /// A part of a type is called <c>Type.Part.cs</c>, a generic type beside one that is not <c>Type{T}.cs</c>.
    /// </summary>
    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    [InlineData("bench")]
    public void A_file_holds_one_type_and_has_its_name(string folder) => Assert.Empty(
        from file in SourceTree.Files(folder, ".cs")
        let types = Type.Matches(SourceTree.Read(file)).Select(type => type.Groups["name"].Value).ToArray()
        where types.Length > 0 && (types.Length > 1 || types[0] != NameOf(file))
        select $"{file}: {string.Join(", ", types)}");

    static string NameOf(string file) => Path.GetFileNameWithoutExtension(file).Split('.', '{')[0];

    [GeneratedRegex(
        @"^(?:(?:public|internal|file|static|sealed|abstract|partial|readonly|ref) )*(?:class|struct|interface|enum|record(?: struct| class)?|delegate \S+) (?<name>\w+)",
        RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    static partial Regex Type { get; }
}
