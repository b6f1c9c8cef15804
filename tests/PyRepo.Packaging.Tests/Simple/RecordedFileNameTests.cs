using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Testing;

namespace PyRepo.Packaging.Tests.Simple;

public sealed class RecordedFileNameTests
{
    [AssetFact("corpus/pages")]
    public async Task Every_file_of_a_recorded_page_is_understood_knowing_the_project()
    {
        var failures = new List<string>();
        foreach (var path in TestFiles.In(Assets.Find("corpus/pages")!, "*.html"))
        {
            var page = await SimpleHtml.ReadProjectAsync(File.OpenRead(path));
            var project = ProjectName.Parse(page.Name);
            failures.AddRange(page.Files.Select(file => file.FileName).Where(name => !IsUnderstood(name, project)));
        }
        Assert.Empty(failures);
    }

    static bool IsUnderstood(string fileName, ProjectName project) =>
        DistributionFileName.TryParse(fileName, project, out var name)
        && name.PackageType != PackageType.Unknown
        && name.VersionText.Length > 0;
}
