using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Tests.Manifests;

public sealed class YamlTests
{
    const string Head = "apiVersion: pyrepo.dev/v1alpha1\nkind: ProxyRepository\nmetadata: { name: pypi }\n";

    [Fact]
    public void Anchors_aliases_and_merged_maps_are_read()
    {
        var proxy = Sample.One<ProxyRepository>(Head + """
            spec:
              policy:
                exempt: &ours [ "acme-*" ]
                block: *ours
              server:
                resources:
                  limits: &small { cpu: 1, memory: 1Gi }
                  requests: { <<: *small, cpu: 100m }
            """);
        Assert.Equal(["acme-*"], proxy.Spec.Policy!.Block);
        Assert.Equal("100m", proxy.Spec.Server.Resources.Requests["cpu"].ToString());
        Assert.Equal("1Gi", proxy.Spec.Server.Resources.Requests["memory"].ToString());
    }

    [Theory]
    [InlineData("spec: *nothing\n", "the alias *nothing refers to no earlier anchor")]
    [InlineData("spec: &a { mirror: *a }\n", "the alias *a refers to no earlier anchor")]
    [InlineData("spec:\n  : a\n", "is not YAML: a key or a value is missing here")]
    [InlineData("spec: { <<: 5 }\n", "<< must be a map or a list of maps")]
    [InlineData("spec: { [a]: 5 }\n", "a key must be text")]
    [InlineData("spec: !ruby/object:Gem { }\n", "the tag !ruby/object:Gem is not supported")]
    [InlineData("spec: { mode: !!binary T25EZW1hbmQ= }\n", "the tag tag:yaml.org,2002:binary is not supported")]
    public void Valid_YAML_that_manifests_do_not_allow_is_a_problem(string spec, string message) =>
        Assert.Contains(message, Sample.Read(Head + spec).Problems.Select(problem => problem.Message));

    [Theory]
    [InlineData("spec:\n\tsuspend: true\n", 5, 1)]
    [InlineData("spec:\n  cache:\n  \tindexTtl: 1m\n", 6, 3)]
    [InlineData("spec:\n  suspend: true # so\n\tmode: OnDemand\n", 6, 1)]
    [InlineData("spec:\n  ingress:\n    host: a\n\tpath: /\n", 7, 1)]
    [InlineData("spec:\n  ingress:\n    annotations:\n      a: |\n        \tright\n\tpath: /\n", 9, 1)]
    [InlineData("spec:\n  policy:\n    block:\n\t- evil\n", 7, 1)]
    [InlineData("---\napiVersion: v1\n---\nspec: {}\n---\n\n\tspec: {}\nmode: a\n", 10, 1)]
    public void A_tab_is_reported_where_it_is(string spec, int line, int column)
    {
        var problem = Sample.Read(Head + spec).Problems.Single(p => p.Reason is ProblemReason.Unreadable);
        Assert.Equal("is not YAML: tabs cannot indent YAML; use spaces", problem.Message);
        Assert.Equal((line, column), (problem.Line, problem.Column));
    }

    [Theory]
    [InlineData("spec:\n  ingress:\n    host: a\n    annotations:\n      a: |\n        \ttab\n")]
    [InlineData("spec:\tsuspend\n")]
    [InlineData("spec: {\n\tsuspend: true }\n")]
    public void A_tab_elsewhere_is_accepted(string spec) =>
        Assert.DoesNotContain(Sample.Read(Head + spec).Problems, p => p.Reason is ProblemReason.Unreadable);

    [Fact]
    public void Many_tabs_are_searched_quickly()
    {
        var text = "spec:\n  ingress:\n    annotations:\n      a: |\n"
            + string.Concat(Enumerable.Repeat("        \tright\n", 50_000)) + "\tpath: /\n";
        Assert.Equal(50_008, Assert.Single(Sample.Read(Head + text).Problems).Line);
    }

    [Fact]
    public void A_tag_makes_a_string_of_a_number()
    {
        var proxy = Sample.One<ProxyRepository>(
            Head + "spec: { ingress: { host: a, className: !!str 5, annotations: { a: ! 1 } } }\n");
        Assert.Equal("5", proxy.Spec.Ingress!.ClassName);
        Assert.Equal("1", proxy.Spec.Ingress.Annotations["a"]);
    }

    [Fact]
    public void Strings_are_read_in_every_style()
    {
        var proxy = Sample.One<ProxyRepository>(Head + """
            spec:
              ingress:
                host: a.example
                annotations:
                  literal: |
                    one
                    two
                  folded: >-
                    one
                    two
                  single: 'it''s'
                  double: "\u00e4\t\/"
                  plain: one
                    two
            """);
        Assert.Equal(
            ["ä\t/", "one two", "one\ntwo\n", "one two", "it's"],
            proxy.Spec.Ingress!.Annotations.Values);
    }

    [Fact]
    public void A_billion_laughs_document_is_rejected()
    {
        var laughs = "a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]\n" + string.Concat(Enumerable.Range(1, 30)
            .Select(level => $"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 10))}]\n"));
        Assert.Equal("contains more than 200000 values", Assert.Single(Sample.Read(Head + laughs).Problems).Message);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("!!seq [")]
    public void A_document_that_is_nested_too_deep_is_rejected(string opening) =>
        Assert.Equal(ProblemReason.Unreadable,
            Assert.Single(Sample.Read(string.Concat(Enumerable.Repeat(opening, 100_000))).Problems).Reason);

    [Fact]
    public void A_document_with_too_many_values_is_rejected() =>
        Assert.Equal("contains more than 200000 values",
            Assert.Single(Sample.Read($"a: [{string.Join(',', Enumerable.Repeat("b", 200_000))}]").Problems).Message);

    [Fact]
    public void A_large_config_map_is_read()
    {
        var data = string.Concat(Enumerable.Range(0, 9000).Select(index => $"  key-{index}: {new string('x', 100)}\n"));
        var set = Sample.Read($"apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: a }}\ndata:\n{data}");
        Assert.Empty(set.Problems);
        Assert.Equal(9000, set.ConfigMaps[new("default", "a")].Data.Count);
    }
}
