using System.Text;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Tests.Manifests;

public sealed class ManifestReaderTests
{
    const string TeamA = "apiVersion: pyrepo.dev/v1alpha1\nkind: PythonRepository\nmetadata: { name: team-a }\n";
    const string Pypi = "apiVersion: pyrepo.dev/v1alpha1\nkind: ProxyRepository\nmetadata: { name: pypi }\n";

    [Fact]
    public void A_file_contains_several_documents_with_secrets_and_config_maps_among_them()
    {
        var set = Sample.Read($"""
            {TeamA}---
            apiVersion: v1
            kind: Secret
            metadata: {"{"} name: users, namespace: packages, creationTimestamp: null {"}"}
            type: kubernetes.io/basic-auth
            data:
              username: YWxpY2U=
              password: c2Vj
                cmV0
            stringData:
              username: bob
              extra: ""
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {"{"} name: ca {"}"}
            data: {"{"} ca.crt: "PEM" {"}"}
            binaryData: {"{"} raw: AAH/ {"}"}
            ---
            {Pypi}
            """);
        Assert.Empty(set.Problems);
        Assert.Equal(["team-a", "pypi"], set.Resources.Select(resource => resource.Metadata.Name));
        var secret = set.Secrets[new("packages", "users")];
        Assert.Equal("kubernetes.io/basic-auth", secret.SecretType);
        Assert.Equal(["bob", "secret", ""],
            new[] { "username", "password", "extra" }.Select(key => Encoding.UTF8.GetString(secret.Data[key].Span)));
        var configMap = set.ConfigMaps[new("default", "ca")];
        Assert.Equal("PEM", Encoding.UTF8.GetString(configMap.Data["ca.crt"].Span));
        Assert.Equal([0, 1, 255], configMap.Data["raw"].ToArray());
        Assert.Equal("a.yaml:5:1", secret.Position.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("---")]
    [InlineData("---\n---\n---\n")]
    [InlineData("# nothing here\n")]
    [InlineData("\n\n---\n# nothing\n---\n\n")]
    [InlineData("null\n")]
    [InlineData("--- ~\n...\n")]
    [InlineData("\uFEFF")]
    [InlineData("%YAML 1.1\n---\n")]
    public void Empty_documents_are_accepted(string text)
    {
        var set = Sample.Read(text);
        Assert.Empty(set.Problems);
        Assert.Empty(set.Resources);
    }

    [Theory]
    [InlineData("\uFEFF" + TeamA)]
    [InlineData("%YAML 1.1\n# made by hand\n---\n" + TeamA)]
    [InlineData("---\n" + TeamA + "...\n---\n" + "# end\n")]
    [InlineData("---   # first\n" + TeamA)]
    public void Marks_directives_and_comments_around_a_document_are_skipped(string text)
    {
        var set = Sample.Read(text);
        Assert.Empty(set.Problems);
        Assert.Single(set.Resources);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r")]
    [InlineData("\n")]
    public void Positions_count_lines_however_they_end(string lineEnd)
    {
        var text = (TeamA + "---\n" + Pypi + "spec:\n  upstream:\n    url: ftp://x\n").ReplaceLineEndings(lineEnd);
        Assert.Equal("a.yaml:10:10", Assert.Single(Sample.Read(text).Problems).ToString()[..12]);
    }

    [Fact]
    public void A_broken_document_does_not_hide_the_others()
    {
        var set = Sample.Read($"{TeamA}---\nkind: [Broken\n---\n{Pypi}spec: {{ mode: Streamd }}\n---\n: : :\n");
        Assert.Equal(["team-a"], set.Resources.Select(resource => resource.Metadata.Name));
        Assert.Equal([6, 10], set.Problems.Select(problem => problem.Line).Take(2));
        Assert.Equal(
            [ProblemReason.Unreadable, ProblemReason.Invalid, ProblemReason.Unreadable],
            set.Problems.Select(problem => problem.Reason));
        Assert.Contains("is not YAML", set.Problems[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_of_all_documents_are_reported_in_their_order()
    {
        var set = Sample.Read("""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { nmae: Team, name: Team }
            spec:
              storage: { bucket: { nam: x, downloads: Fast } }
              uploads: { overwrite: Maybe, overwrite: Never }
              suspend: 5
            """);
        Assert.Equal(
            [
                "a.yaml:3:13: metadata.nmae: is not a known field; did you mean name?",
                "a.yaml:3:31: metadata.name: \"Team\" is not a DNS label that starts with a letter: use lowercase "
                    + "letters, digits and '-'",
                "a.yaml:5:22: spec.storage.bucket: must have exactly one of name and claimRef",
                "a.yaml:5:22: spec.storage.bucket.region: is required for an AWS bucket (S3 without an endpoint)",
                "a.yaml:5:24: spec.storage.bucket.nam: is not a known field; did you mean name?",
                "a.yaml:5:43: spec.storage.bucket.downloads: \"Fast\" is not one of Stream, Redirect",
                "a.yaml:6:25: spec.uploads.overwrite: \"Maybe\" is not one of Never, Always",
                "a.yaml:6:32: spec.uploads.overwrite: appears twice; the first is on line 6",
                "a.yaml:7:12: spec.suspend: is a number, not true or false",
            ],
            set.Problems.Select(problem => problem.ToString()));
        Assert.Empty(set.Resources);
    }

    [Fact]
    public void A_duplicate_key_is_a_problem()
    {
        var set = Sample.Read(TeamA + "spec:\n  suspend: true\n  suspend: false\n");
        Assert.Equal(
            "a.yaml:6:3: spec.suspend: appears twice; the first is on line 5",
            Assert.Single(set.Problems).ToString());
        Assert.Empty(set.Resources);
    }

    [Fact]
    public void Two_resources_with_one_name_in_a_namespace_are_a_problem_that_names_both_positions()
    {
        var set = ManifestReader.Read(
        [
            new("a.yaml", TeamA),
            new("b.yaml", TeamA.Replace("PythonRepository", "ProxyRepository")),
            new("c.yaml", TeamA.Replace("name: team-a", "name: team-a, namespace: other")),
        ]);
        var problem = Assert.Single(set.Problems);
        Assert.Equal(
            "b.yaml:3:19: metadata.name: \"team-a\" is taken: the PythonRepository at a.yaml:1:1 has this name in "
                + "the namespace default", problem.ToString());
        Assert.Equal(ProblemReason.NameTaken, problem.Reason);
        Assert.Equal(["default", "other"], set.Resources.Select(resource => resource.Metadata.Namespace));
    }

    [Fact]
    public void Two_secrets_with_one_name_are_a_problem()
    {
        const string secret = "apiVersion: v1\nkind: Secret\nmetadata: { name: users }\n";
        Assert.Equal(
            "a.yaml:5:1: metadata.name: \"users\" is taken: the Secret at a.yaml:1:1 has this name in the namespace "
                + "default",
            Assert.Single(Sample.Read($"{secret}---\n{secret}").Problems).ToString());
    }

    [Fact]
    public void Documents_of_other_kinds_are_ignored()
    {
        var set = Sample.Read("apiVersion: v1\nkind: Namespace\nmetadata: { name: packages }\n---\napiVersion: "
            + "networking.k8s.io/v1\nkind: Ingress\nspec: { anything: [1, 2] }\n");
        Assert.Empty(set.Problems);
        Assert.Equal(["Namespace", "Ingress"], set.Ignored.Select(document => document.Kind));
    }

    [Theory]
    [InlineData("pyrepo.dev/v1alpha1", "PythonRepositry",
        "kind: \"PythonRepositry\" is not one of PythonRepository, ProxyRepository, RepositoryGroup; did you mean "
            + "PythonRepository?")]
    [InlineData("pyrepo.dev/v1", "PythonRepository",
        "apiVersion: \"pyrepo.dev/v1\" is not one of pyrepo.dev/v1alpha1, pyrepo.dev/v1beta1")]
    [InlineData("v1", "PythonRepository", "apiVersion: \"v1\" is not one of pyrepo.dev/v1alpha1, pyrepo.dev/v1beta1")]
    public void Kinds_and_versions_that_are_not_known_are_problems(string apiVersion, string kind, string message)
    {
        var problem = Assert.Single(
            Sample.Read($"apiVersion: {apiVersion}\nkind: {kind}\nmetadata: {{ name: a }}\n").Problems);
        Assert.Equal(message, $"{problem.FieldPath}: {problem.Message}");
        Assert.Equal(ProblemReason.Unknown, problem.Reason);
    }

    [Fact]
    public void A_resource_is_the_same_in_each_version()
    {
        var first = Sample.One<PythonRepository>(InVersion("v1alpha1"));
        var second = Sample.One<PythonRepository>(InVersion("v1beta1"));
        Assert.Equal(first with { FieldPositions = second.FieldPositions }, second);
        var both = Sample.Read($"{InVersion("v1alpha1")}---\n{InVersion("v1beta1")}");
        Assert.Equal(ProblemReason.NameTaken, Assert.Single(both.Problems).Reason);
    }

    static string InVersion(string version) =>
        $"apiVersion: pyrepo.dev/{version}\nkind: PythonRepository\nmetadata: {{ name: a }}\n"
        + "spec: { suspend: true }\n";

    [Fact]
    public void A_document_without_a_kind_is_a_problem()
    {
        Assert.Equal(
            ["a.yaml:1:1: apiVersion: is required and must be text", "a.yaml:1:1: kind: is required and must be text"],
            Sample.Read("metadata: { name: a }").Problems.Select(problem => problem.ToString()));
        Assert.Equal(
            ["a.yaml:1:1: is a list, not a Kubernetes object", "a.yaml:3:1: is text, not a Kubernetes object"],
            Sample.Read("- a\n---\nHello").Problems.Select(problem => problem.ToString()));
    }

    [Fact]
    public void The_items_of_a_List_are_read_as_documents()
    {
        var set = Sample.Read("""
            apiVersion: v1
            kind: List
            items:
            - apiVersion: pyrepo.dev/v1alpha1
              kind: PythonRepository
              metadata: { name: team-a }
            - apiVersion: pyrepo.dev/v1alpha1
              kind: ProxyRepository
              metadata: { name: pypi }
              spec: { mode: Streamed, mode: Mirror }
            """);
        Assert.Equal(["team-a"], set.Resources.Select(resource => resource.Metadata.Name));
        Assert.Equal(
            "a.yaml:10:27: spec.mode: appears twice; the first is on line 10",
            Assert.Single(set.Problems).ToString());
    }

    [Fact]
    public void Values_of_secrets_never_appear_in_problems()
    {
        var set = Sample.Read("""
            apiVersion: v1
            kind: Secret
            metadata: { name: users }
            data: { a: "hunter2!", "b c": aHVudGVyMg== }
            stringData: { d: 12345678 }
            """);
        Assert.Equal(
            [
                "data: \"b c\" is not a key of a Secret or ConfigMap: use letters, digits, '-', '_' and '.'; '.' "
                    + "alone and '..' at the start are not allowed",
                "data.a: is not Base64 (write plain text under stringData instead)",
                "stringData.d: is a number, not text",
            ],
            set.Problems.Select(problem => $"{problem.FieldPath}: {problem.Message}"));
        Assert.Empty(set.Secrets);
    }

    [Fact]
    public void Keys_of_secrets_and_config_maps_are_validated() =>
        Assert.Equal(
            "data: \"a/b\" is not a key of a Secret or ConfigMap: use letters, digits, '-', '_' and '.'; '.' alone "
                + "and '..' at the start are not allowed",
            Sample.Read("apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { a/b: c }\n").Problems
                .Select(problem => $"{problem.FieldPath}: {problem.Message}").Single());

    [Fact]
    public void An_unknown_field_is_distinguished_from_an_invalid_value()
    {
        var set = Sample.Read(TeamA + "spec: { newInVersion2: 5, suspend: 5 }\n");
        Assert.Equal([ProblemReason.Unknown, ProblemReason.Invalid], set.Problems.Select(problem => problem.Reason));
    }

    [Fact]
    public void Text_from_a_document_appears_on_one_line_and_truncated()
    {
        var set = Sample.Read(
            $"{TeamA}spec: {{ \"a\\nb\": 1, suspend: 5, uploads: {{ overwrite: {new string('9', 5000)} }}, "
            + $"{new string('k', 900)}: 1 }}\n");
        Assert.All(set.Problems, problem => Assert.InRange(problem.ToString().Length, 1, 400));
        Assert.All(set.Problems, problem => Assert.DoesNotContain('\n', problem.ToString()));
        Assert.Equal(4, set.Problems.Length);
    }

    [Fact]
    public void Metadata_that_an_API_server_adds_is_ignored()
    {
        var set = Sample.Read("""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata:
              name: team-a
              resourceVersion: "1"
              finalizers: [ pyrepo.dev/data ]
              ownerReferences: []
              managedFields: [ { manager: kubectl, fieldsV1: { "f:spec": {} } } ]
              selfLink: ""
            """);
        Assert.Empty(set.Problems);
    }
}
