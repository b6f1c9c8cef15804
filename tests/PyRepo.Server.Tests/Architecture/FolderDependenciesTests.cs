using System.Text.RegularExpressions;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

public sealed partial class FolderDependenciesTests
{
    /// <summary>The wings of the server: each uses only those before it.</summary>
    static readonly string[] _wings =
    [
        "Platform",  // what any server needs
        "Content",   // what a repository is, and its history
        "Access",    // who may do what
        "Hosted",    // what people uploaded
        "Proxies",   // what another index has
        "Groups",    // several repositories as one
        "Endpoints", // what a request gets
        "Serving",   // what runs, as the configuration says
        "Commands",  // the command line
    ];

    [Fact]
    public void A_wing_of_the_server_uses_only_the_wings_before_it()
    {
        var rooms = FoldersInTable("PyRepo.Server").ToLookup(room => room.Split('/')[0]);
        Assert.Equal(_wings, rooms.Select(wing => wing.Key));
        Assert.All(rooms, wing => Assert.InRange(wing.Count(), 1, 8));
    }

    [Theory]
    [InlineData("PyRepo.Client")]
    [InlineData("PyRepo.Codegen")]
    [InlineData("PyRepo.Kubernetes")]
    [InlineData("PyRepo.Operator")]
    [InlineData("PyRepo.Packaging")]
    [InlineData("PyRepo.Release")]
    [InlineData("PyRepo.Resources")]
    [InlineData("PyRepo.Server")]
    [InlineData("PyRepo.Sigstore")]
    [InlineData("PyRepo.Storage")]
    public void Folders_of_a_project_depend_on_each_other_in_one_direction(string project)
    {
        var dependencies = GetDependencies(project);
        Assert.Empty(dependencies.Where(dependency => Reaches(dependencies, dependency.To, dependency.From))
            .Select(
                dependency => $"{dependency.From} uses {dependency.To}, as {dependency.File} says, and is used by it"));
    }

    [Theory]
    [InlineData("PyRepo.Kubernetes")]
    [InlineData("PyRepo.Operator")]
    [InlineData("PyRepo.Packaging")]
    [InlineData("PyRepo.Release")]
    [InlineData("PyRepo.Resources")]
    [InlineData("PyRepo.Server")]
    [InlineData("PyRepo.Sigstore")]
    public void A_folder_uses_only_folders_above_it_in_the_table_of_CONTRIBUTING(string project)
    {
        var folders = FoldersInTable(project);
        var files = SourceTree.Files($"src/{project}", ".cs").Where(file => !IsAtRoot(file));
        Assert.Equal(files.Select(GetNode).Distinct().Order(), folders.Order());
        Assert.Empty(
            from dependency in GetDependencies(project)
            where folders.IndexOf(dependency.To) > folders.IndexOf(dependency.From) && folders.Contains(dependency.From)
            select $"{dependency.From} uses {dependency.To}, which is below it, as {dependency.File} says");
    }

    [Fact]
    public void A_circle_would_be_found() =>
        Assert.True(Reaches([new("A", "B", ""), new("B", "C", ""), new("C", "A", "")], "B", "A"));

    static List<Dependency> GetDependencies(string project)
    {
        var files = SourceTree.Files($"src/{project}", ".cs").ToList();
        var rootTypes = (from file in files where IsAtRoot(file) from type in TypesIn(file) select (type, file))
            .ToDictionary(type => type.type, type => GetNode(type.file));
        var wingTypes = (from file in files
                         where !IsAtRoot(file) && !GetNode(file).Contains('/')
                         from type in TypesIn(file)
                         select (type, file)).ToLookup(type => GetNode(type.file), type => type.type);
        return
        [
            .. from file in files
               let node = GetNode(file)
               from Match use in Use.Matches(SourceTree.Read(file))
               let used = GetNode(project, use.Groups["folder"].Value.Split('.'))
               where use.Groups["project"].Value == project && used != node
               select new Dependency(node, used, file),
            // A folder needs no using line for the types of the folders that it is in.
            .. from file in files
               where !IsAtRoot(file)
               from Match word in TypeName.Matches(NotCode.Replace(SourceTree.Read(file), ""))
               where rootTypes.ContainsKey(word.Value)
               select new Dependency(GetNode(file), rootTypes[word.Value], file),
            .. from file in files
               let wing = GetNode(file).Split('/')[0]
               where wing != GetNode(file)
               from Match word in TypeName.Matches(NotCode.Replace(SourceTree.Read(file), ""))
               where wingTypes[wing].Contains(word.Value)
                   && !files.Contains($"{Path.GetDirectoryName(file)}/{word.Value}.cs")
               select new Dependency(GetNode(file), wing, file),
        ];
    }

    static List<string> FoldersInTable(string project)
    {
        var rows = SourceTree.Read("CONTRIBUTING.md").Split('\n').SkipWhile(line => line != $"### {project}")
            .SkipWhile(line => !line.StartsWith("| Folder |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|'));
        return [.. rows.SelectMany(row => FolderName.Matches(row.Split('|')[1])).Select(name => name.Groups[1].Value)];
    }

    static IEnumerable<string> TypesIn(string file) => FilesTests.TypesIn(SourceTree.Read(file));

    static bool IsAtRoot(string file) => file.Split('/').Length == 3;

    /// <summary>
    /// The folder of a file, for the server <c>WING/ROOM</c>; a file at the root of a project stands for itself.
    /// </summary>
    static string GetNode(string file) =>
        IsAtRoot(file) ? Path.GetFileNameWithoutExtension(file) : GetNode(file.Split('/')[1], file.Split('/')[2..^1]);

    /// <summary>The parser of tokens belongs to who sends a request, and is no room of its own.</summary>
    static string GetNode(string project, string[] folders) =>
        project != "PyRepo.Server" || folders is [_] or ["Access", "Jwt"] ? folders[0] : $"{folders[0]}/{folders[1]}";

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

    [GeneratedRegex(
        @"^using (static )?(?<project>PyRepo\.\w+)\.(?<folder>[\w.]+)",
        RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    static partial Regex Use { get; }

    /// <summary>Comments, strings, and lines that only name a member of an enum.</summary>
    [GeneratedRegex(
        @"//.*$|""(\\.|[^""\\])*""|^\s*\w+,\r?$|^(using|namespace) .*$",
        RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    static partial Regex NotCode { get; }

    /// <summary>
    /// A word that can be the name of a type: not a member after a dot, and not what a line declares.
    /// </summary>
    [GeneratedRegex(@"(?<![.\w])[A-Z]\w*\b(?!\s*(=[^=]|=>|;|\{ get))", RegexOptions.CultureInvariant)]
    static partial Regex TypeName { get; }

    [GeneratedRegex("`([A-Za-z/]+)`", RegexOptions.CultureInvariant)]
    static partial Regex FolderName { get; }

    sealed record Dependency(string From, string To, string File);
}
