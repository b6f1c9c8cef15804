using System.Text.RegularExpressions;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

public sealed partial class FolderDependenciesTests
{
    [Theory]
    [InlineData("PyRepo.Operator")]
    [InlineData("PyRepo.Packaging")]
    [InlineData("PyRepo.Storage")]
    public void Folders_of_a_project_depend_on_each_other_in_one_direction(string project)
    {
        var dependencies = DependenciesOf(project);
        Assert.Empty(dependencies.Where(dependency => Reaches(dependencies, dependency.To, dependency.From))
            .Select(dependency => $"{dependency.From} uses {dependency.To}, as {dependency.File} says, and is used by it"));
    }

    [Fact]
    public void A_circle_would_be_found() => Assert.True(Reaches([new("A", "B", ""), new("B", "C", ""), new("C", "A", "")], "B", "A"));

    static List<Dependency> DependenciesOf(string project) =>
    [
        .. from file in SourceTree.Files($"src/{project}", ".cs")
           // A file at the root of a project composes its folders, and no folder names it.
           where file.Split('/').Length > 3
           let folder = file.Split('/')[2]
           from Match use in Use.Matches(SourceTree.Read(file))
           where use.Groups["project"].Value == project && use.Groups["folder"].Value != folder
           select new Dependency(folder, use.Groups["folder"].Value, file),
    ];

    static bool Reaches(List<Dependency> dependencies, string from, string to)
    {
        var seen = new HashSet<string>();
        var open = new Queue<string>([from]);
        while (open.TryDequeue(out var folder))
        {
            if (folder == to)
                return true;
            if (!seen.Add(folder))
                continue;
            foreach (var dependency in dependencies.Where(dependency => dependency.From == folder))
                open.Enqueue(dependency.To);
        }
        return false;
    }

    [GeneratedRegex(@"^using (static )?(?<project>PyRepo\.\w+)\.(?<folder>\w+)", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    static partial Regex Use { get; }

    sealed record Dependency(string From, string To, string File);
}
