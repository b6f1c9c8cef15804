using System.Text.RegularExpressions;
using PyRepo.Resources.Rules;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Serving;

/// <summary>The rules of <c>spec.ingress</c>, <c>spec.gateway</c> and <c>spec.server</c>.</summary>
public static partial class ServingRules
{
    // The grammar of image references: https://github.com/distribution/reference.
    const string RegistryLabelPattern = "[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?";
    const string RegistryPattern =
        RegistryLabelPattern + "([.]" + RegistryLabelPattern + ")*(:[0-9]{1,5})?/";
    const string ImagePathPattern = "[a-z0-9]+(([.]|_|__|-+)[a-z0-9]+)*";
    const string ImagePattern = "(" + RegistryPattern + ")?" + ImagePathPattern + "(/" + ImagePathPattern + ")*"
        + "(:[A-Za-z0-9_][-._A-Za-z0-9]{0,127})?(@sha256:[0-9a-f]{64})?";
    const string ResourcePattern =
        "cpu|memory|ephemeral-storage|" + NameRules.ObjectNamePattern + "/" + LabelRules.NamePattern;

    static readonly string _withinLimitCel = $"!(name in self.limits) || {AmountRules.Cel("self.requests[name]")}"
        + $".compareTo({AmountRules.Cel("self.limits[name]")}) <= 0";

    public static readonly Rule<string> ImageName = TextPattern.Rule(ImagePattern, ImageRegex(),
        "is not a container image name such as registry.example.com/pyrepo:1.0");

    public static readonly Rule<ValueDictionary<Quantity>> ResourceNames = new()
    {
        Cel = $"self.all(name, name.matches(r'^(?:{ResourcePattern})$'))",
        Predicate = amounts => amounts.Keys.All(ResourceRegex().IsMatch),
        Value = amounts => amounts.Keys.FirstOrDefault(name => !ResourceRegex().IsMatch(name)) ?? "",
        CelValue = $"self.filter(name, !name.matches(r'^(?:{ResourcePattern})$'))[0]",
        Message = "is not a resource name: use cpu, memory, ephemeral-storage, or a domain and a name such as "
            + "example.com/gpu",
    };

    public static readonly Rule<ResourceRequirements> RequestsWithinLimits = new()
    {
        FieldPath = "requests",
        DependsOn = ["limits"],
        Cel = $"!has(self.requests) || !has(self.limits) || self.requests.all(name, {_withinLimitCel})",
        Predicate = resources => resources.Requests.All(request => IsWithin(request, resources)),
        Value = resources => resources.Requests.FirstOrDefault(request => !IsWithin(request, resources)).Key ?? "",
        CelValue = $"self.requests.filter(name, !({_withinLimitCel}))[0]",
        Message = "exceeds its limit",
    };

    public static readonly Rule<Toleration> EqualNeedsKey = new()
    {
        FieldPath = "key",
        DependsOn = ["operator"],
        Cel = "(has(self.key) && self.key != '') || (has(self.operator) && self.operator == 'Exists')",
        Predicate = toleration => toleration.Key is not null || toleration.Operator == TolerationOperator.Exists,
        Message = "is required unless the operator is Exists",
    };

    public static readonly Rule<Toleration> NoValueWithExists = new()
    {
        FieldPath = "value",
        DependsOn = ["operator"],
        Cel = "!has(self.value) || self.value == '' || !has(self.operator) || self.operator != 'Exists'",
        Predicate = toleration => toleration.Value is null || toleration.Operator != TolerationOperator.Exists,
        Value = toleration => toleration.Value ?? "",
        CelValue = "self.value",
        Message = "is not allowed with operator Exists: leave it out",
    };

    public static readonly Rule<Toleration> SecondsNeedNoExecute = new()
    {
        FieldPath = "tolerationSeconds",
        DependsOn = ["effect"],
        Cel = "!has(self.tolerationSeconds) || (has(self.effect) && self.effect == 'NoExecute')",
        Predicate = toleration => toleration.TolerationSeconds is null || toleration.Effect == TaintEffect.NoExecute,
        Message = "is only allowed with effect NoExecute",
    };

    /// <summary>These push out pods that keep the cluster alive.</summary>
    public static readonly Rule<string> NoSystemPriority = new()
    {
        Cel = "!self.startsWith('system-')",
        Predicate = name => !name.StartsWith("system-", StringComparison.Ordinal),
        Value = name => name,
        CelValue = "self",
        Message = "is reserved for the cluster's own pods: use another PriorityClass",
    };

    public static Rule<T> IngressOrGateway<T>() where T : ServedSpec => new()
    {
        FieldPath = "gateway",
        DependsOn = ["ingress"],
        Cel = "!has(self.ingress) || !has(self.gateway)",
        Predicate = spec => spec.Ingress is null || spec.Gateway is null,
        Message = "is set together with ingress: choose one of them",
    };

    static bool IsWithin(KeyValuePair<string, Quantity> request, ResourceRequirements resources) =>
        !resources.Limits.TryGetValue(request.Key, out var limit) || request.Value <= limit;

    [GeneratedRegex($@"^(?:{ImagePattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex ImageRegex();

    [GeneratedRegex($@"^(?:{ResourcePattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex ResourceRegex();
}
