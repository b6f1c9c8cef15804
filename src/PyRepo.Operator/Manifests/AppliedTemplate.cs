using System.Text.Json;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Operator.Limits;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The template of pods that was applied last, as the Deployment itself says it: while a resource waits for its turn
/// to roll, a new operator knows it from nowhere else. A live template has others' fields and defaults, its managed
/// fields have no values, and ReplicaSets would have to be listed.
/// </summary>
/// <remarks>
/// Anyone who can forge it can write the Deployment's template as well, and ValidatingAdmissionPolicies judge what the
/// operator writes.
/// </remarks>
/// <param name="Template">The template.</param>
/// <param name="Text">The same as it is written down.</param>
sealed record AppliedTemplate(PodTemplate Template, string Text)
{
    /// <summary>
    /// The longest text that is written down, in characters: it is kept in memory. The usual one has 2 to 4 KiB.
    /// </summary>
    public const int MaxLength = OperatorLimits.MaxTemplateLength;

    /// <summary>The hash in it.</summary>
    public string? Hash => Template.Metadata?.Annotations?.GetValueOrDefault(Annotations.Template);

    /// <summary>
    /// Reads the template from a live Deployment; null: none, or one that this version would write differently. A field
    /// that it does not know would be lost, and its loss would replace the pods.
    /// </summary>
    public static AppliedTemplate? From(Deployment live)
    {
        if (live.Metadata.Annotations?.GetValueOrDefault(Annotations.AppliedTemplate) is not { } text)
            return null;
        try
        {
            var template = JsonSerializer.Deserialize(text, KubernetesJson.Default.PodTemplate);
            return template is not null && GetText(template) == text ? new(template, text) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A Deployment that says which template it was applied with, if that is not too long.</summary>
    public static Deployment WriteInto(Deployment wanted) =>
        wanted.Spec is { } spec && GetText(spec.Template) is { Length: <= MaxLength } text
            ? DeploymentManifest.With(wanted, (Annotations.AppliedTemplate, text)) : wanted;

    /// <summary>
    /// A Deployment with this template instead of a newer one: all else, such as how many pods there are, is as wanted.
    /// </summary>
    public Deployment KeepIn(Deployment wanted) =>
        WriteInto(wanted with { Spec = wanted.Spec! with { Template = Template } });

    /// <summary>Whether another template differs at most in the memory of its containers.</summary>
    public bool DiffersOnlyInMemory(PodTemplate other) =>
        GetText(WithoutMemory(Template)) == GetText(WithoutMemory(other));

    static PodTemplate WithoutMemory(PodTemplate template) => template with
    {
        Metadata = template.Metadata is not { } metadata ? null : metadata with
        {
            Annotations = Without(metadata.Annotations, Annotations.Template),
        },
        Spec = template.Spec with
        {
            Containers =
            [
                .. template.Spec.Containers.Select(container => container with
                {
                    Resources = container.Resources is not { } resources ? null : new()
                    {
                        Requests = Without(resources.Requests, "memory"),
                        Limits = Without(resources.Limits, "memory"),
                    },
                }),
            ],
        },
    };

    static Dictionary<string, string>? Without(IReadOnlyDictionary<string, string>? entries, string key) =>
        entries?.Where(entry => entry.Key != key).ToDictionary() is { Count: > 0 } others ? others : null;

    static string GetText(PodTemplate template) =>
        SortedJson.Sort(JsonSerializer.SerializeToNode(template, KubernetesJson.Default.PodTemplate))!.ToJsonString();
}
