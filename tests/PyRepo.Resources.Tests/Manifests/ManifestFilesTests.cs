using System.Text;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Tests.Manifests;

public sealed class ManifestFilesTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("pyrepo-manifests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_gives_its_manifests_in_order_without_hidden_files_and_subfolders()
    {
        foreach (var name in new[] { "b.yml", "a.yaml", "c.json", ".hidden.yaml", "notes.txt", "Z.yaml", "sub/d.yaml" })
            Write(name, "");
        Assert.Equal(
            ["Z.yaml", "a.yaml", "b.yml", "c.json"],
            ManifestFiles.Load([_folder]).Sources.Select(source => Path.GetFileName(source.Name)));
    }

    [Fact]
    public void A_file_is_read_regardless_of_its_name()
    {
        Write("manifest.txt", "apiVersion: pyrepo.dev/v1alpha1\nkind: PythonRepository\nmetadata: { name: a }\n");
        Assert.Single(ManifestFiles.Load([At("manifest.txt")]).Read().Resources);
    }

    [Fact]
    public void Files_and_folders_that_cannot_be_read_are_problems_and_the_others_are_read()
    {
        Write("a.yaml", "kind: [\n");
        Directory.CreateDirectory(At("empty"));
        File.WriteAllBytes(At("latin1"), [0x61, 0x3a, 0x20, 0xe4]);
        var set = ManifestFiles.Load([At("none.yaml"), At("empty"), At("latin1"), At("a.yaml")]).Read();
        Assert.Equal(
            [
                $"{At("none.yaml")}: does not exist",
                $"{At("empty")}: contains no .yaml, .yml or .json file",
                $"{At("latin1")}: is not UTF-8 text",
            ],
            set.Problems.Take(3).Select(problem => problem.ToString()));
        Assert.Equal(4, set.Problems.Length);
        Assert.All(set.Problems, problem => Assert.Equal(ProblemReason.Unreadable, problem.Reason));
    }

    [Fact]
    public void A_file_that_is_too_large_is_a_problem()
    {
        using (var file = File.Create(At("large.yaml")))
            file.SetLength((16 << 20) + 1);
        Assert.Equal("is larger than 16 MiB", Assert.Single(ManifestFiles.Load([_folder]).Problems).Message);
    }

    [Fact]
    public void A_folder_may_hold_files_of_other_programs()
    {
        Write("a.yaml", "apiVersion: pyrepo.dev/v1alpha1\nkind: PythonRepository\nmetadata: { name: a }\n");
        Write("chart.yaml", "apiVersion: v2\nname: chart\n");
        Write("compose.yaml", "services: { web: { image: nginx } }\nservices: !reset {}\n");
        Write("deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\nspec: !Sub x\n");
        Write("kustomization.yaml", "resources: [ a.yaml ]\n");
        Write("list.json", "[1, 2]");
        Write("template.yaml", "a: 1\n---\nmetadata:\n  name: {{ .Values.name }}-x\n");
        Write("text.yml", "just words\n");
        File.WriteAllBytes(At("umlaut.yaml"), [0x61, 0x3a, 0x20, 0xe4]);
        var set = ManifestFiles.Load([_folder]).Read();
        Assert.Empty(set.Problems);
        Assert.Single(set.Resources);
        Assert.Equal(
            ["chart.yaml", "compose.yaml", "deployment.yaml", "kustomization.yaml", "list.json", "template.yaml",
                "text.yml"],
            set.Ignored.Select(ignored => Path.GetFileName(ignored.Position.Source)));
        Assert.Collection(
            set.Warnings.Select(warning => warning.ToString()),
            warning => Assert.Equal(
                $"{At("umlaut.yaml")}: is not UTF-8 text; skipped, because it does not mention pyrepo.dev/", warning),
            warning =>
            {
                Assert.StartsWith($"{At("template.yaml")}:4:", warning, StringComparison.Ordinal);
                Assert.EndsWith(
                    "; skipped, because the file does not mention pyrepo.dev/", warning, StringComparison.Ordinal);
            });
    }

    [Theory]
    [InlineData("apiversion: pyrepo.dev/v1alpha1\nkind: PythonRepository\n")]
    [InlineData("apiVersion: pyrepo.dev/v1alpha1\nkind: {{ .Values.kind }}-a\n")]
    [InlineData("apiVersion: pyrepo.dev/v1alpha1\nkind: PythonRepository\nmetadata: [\n")]
    public void A_broken_manifest_in_a_folder_is_a_problem(string text)
    {
        Write("a.yaml", text);
        Assert.NotEmpty(ManifestFiles.Load([_folder]).Read().Problems);
    }

    [Theory]
    [InlineData("resources: [ a.yaml ]\n")]
    [InlineData("a: {{ .Values.a }}-b\n")]
    [InlineData("just words\n")]
    public void A_file_that_is_named_is_ours(string text)
    {
        Write("a.yaml", text);
        Assert.NotEmpty(ManifestFiles.Load([At("a.yaml")]).Read().Problems);
    }

    [Fact]
    public void A_byte_order_mark_is_skipped()
    {
        File.WriteAllText(At("a.yaml"), "apiVersion: v1\nkind: Namespace\n", new UTF8Encoding(true));
        Assert.Empty(ManifestFiles.Load([_folder]).Read().Problems);
    }

    string At(string name) => Path.Combine(_folder, name);

    void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllText(At(name), text);
    }
}
