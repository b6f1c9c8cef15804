namespace PyRepo.Resources.Tests.Manifests;

public sealed class PreferredVersionTests
{
    [Theory]
    [InlineData("config/samples")]
    [InlineData("examples")]
    [InlineData("docs")]
    [InlineData("charts/pyrepo-operator/templates")]
    public void What_users_copy_says_the_version_that_is_stored(string folder)
    {
        var texts = Directory.GetFiles(Path.Combine(Sample.Root, folder), "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".yaml" or ".md" or ".txt" or ".sh")
            .Select(file => (File: Path.GetRelativePath(Sample.Root, file), Text: File.ReadAllText(file)))
            .ToList();
        Assert.Contains(texts, each => Says(each.Text, Resource.PreferredVersion));
        Assert.DoesNotContain(texts, each => Says(each.Text, Resource.CommonVersion));
    }

    static bool Says(string text, string version) =>
        text.Contains($"apiVersion: {Resource.Group}/{version}", StringComparison.Ordinal);
}
