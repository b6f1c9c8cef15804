using System.Text.RegularExpressions;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

public sealed partial class FolderDependenciesTests
{
    [Theory]
    [InlineData("PyRepo.Codegen")]
    [InlineData("PyRepo.Kubernetes")]
    [InlineData("PyRepo.Operator")]
    [InlineData("PyRepo.Packaging")]
    [InlineData("PyRepo.Resources")]
    [InlineData("PyRepo.Server")]
    [InlineData("PyRepo.Storage")]
    public void Folders_of_a_project_depend_on_each_other_in_one_direction(string project)
    {
        var dependencies = DependenciesOf(project);
        Assert.Empty(dependencies.Where(dependency => Reaches(dependencies, dependency.To, dependency.From))
            .Select(
                dependency => $"{dependency.From} uses {dependency.To}, as {dependency.File} says, and is used by it"));
    }

    [Theory]
    [InlineData("PyRepo.Kubernetes")]
    [InlineData("PyRepo.Operator")]
    [InlineData("PyRepo.Packaging")]
    [InlineData("PyRepo.Resources")]
    [InlineData("PyRepo.Server")]
    public void A_folder_uses_only_folders_above_it_in_the_table_of_CONTRIBUTING(string project)
    {
        var folders = FoldersInTable(project);
        var files = SourceTree.Files($"src/{project}", ".cs").Where(file => !IsAtRoot(file));
        Assert.Equal(files.Select(NodeOf).Distinct().Order(), folders.Order());
        Assert.Empty(
            from dependency in DependenciesOf(project)
            where folders.IndexOf(dependency.To) > folders.IndexOf(dependency.From) && folders.Contains(dependency.From)
            select $"{dependency.From} uses {dependency.To}, which is below it, as {dependency.File} says");
    }

    [Fact]
    public void A_circle_would_be_found() =>
        Assert.True(Reaches([new("A", "B", ""), new("B", "C", ""), new("C", "A", "")], "B", "A"));

    static List<Dependency> DependenciesOf(string project)
    {
        var files = SourceTree.Files($"src/{project}", ".cs").ToList();
        var rootTypes = files.Where(IsAtRoot).Select(Path.GetFileNameWithoutExtension).ToHashSet();
        return
        [
            .. from file in files
               let node = NodeOf(file)
               from Match use in Use.Matches(SourceTree.Read(file))
               where use.Groups["project"].Value == project && use.Groups["folder"].Value != node
               select new Dependency(node, use.Groups["folder"].Value, file),
            // A folder needs no using line for the types of the root.
            .. from file in files
               where !IsAtRoot(file)
               from Match word in TypeName.Matches(NotCode.Replace(SourceTree.Read(file), ""))
               where rootTypes.Contains(word.Value)
               select new Dependency(NodeOf(file), word.Value, file),
        ];
    }

    static List<string> FoldersInTable(string project)
    {
        var rows = SourceTree.Read("CONTRIBUTING.md").Split('\n').SkipWhile(line => line != $"### {project}")
            .SkipWhile(line => !line.StartsWith("| Folder |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|'));
        return [.. rows.SelectMany(row => FolderName.Matches(row.Split('|')[1])).Select(name => name.Groups[1].Value)];
    }

    static bool IsAtRoot(string file) => file.Split('/').Length == 3;

    /// <summary>The folder of a file; a file at the root of a project stands for itself.</summary>
    static string NodeOf(string file) => IsAtRoot(file) ? Path.GetFileNameWithoutExtension(file) : file.Split('/')[2];

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

    /// <summary>Comments, strings, and lines that only name a member of an enum.</summary>
    [GeneratedRegex(@"//.*$|""(\\.|[^""\\])*""|^\s*\w+,\r?$|^(using|namespace) .*$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    static partial Regex NotCode { get; }

    /// <summary>
    /// A word that can be the name of a type: not a member after a dot, and not what a line declares.
    /// </summary>
    [GeneratedRegex(@"(?<![.\w])[A-Z]\w*\b(?!\s*(=[^=]|=>|;|\{ get))", RegexOptions.CultureInvariant)]
    static partial Regex TypeName { get; }

    [GeneratedRegex("`([A-Za-z]+)`", RegexOptions.CultureInvariant)]
    static partial Regex FolderName { get; }

    sealed record Dependency(string From, string To, string File);
}
