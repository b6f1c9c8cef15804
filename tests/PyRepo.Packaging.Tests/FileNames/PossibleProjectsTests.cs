using PyRepo.Packaging.FileNames;

namespace PyRepo.Packaging.Tests.FileNames;

public sealed class PossibleProjectsTests
{
    [Theory]
    [InlineData("acme_lib-1.0-py3-none-any.whl", "acme-lib")]
    [InlineData("acme_lib.whl", "acme-lib")]
    [InlineData("Acme.Lib-1.0.tar.gz", "acme-lib")]
    [InlineData("acme-lib-2-1.0.tar.gz", "acme-lib acme-lib-2")]
    [InlineData("acme-1.0-1.tar.gz", "acme acme-1-0")]
    [InlineData("acme-v1.0.zip", "acme")]
    [InlineData("acme-lib.tar.gz", "acme-lib")]
    [InlineData("acme-lib-.tar.gz", "")]
    [InlineData("notes-2024.txt", "")]
    [InlineData(".whl", "")]
    [InlineData("-1.0.tar.gz", "")]
    public void A_file_may_belong_to_each_project_after_whose_name_a_version_may_follow(string file, string projects) =>
        Assert.Equal(projects, string.Join(' ', PossibleProjects.Find(file).Select(project => project.Value)));
}
