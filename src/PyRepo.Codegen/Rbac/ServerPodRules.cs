using PyRepo.Kubernetes.Objects.Admission;
using PyRepo.Operator.Manifests;

namespace PyRepo.Codegen.Rbac;

/// <summary>
/// The pods of the operator's Deployments and Jobs are servers: they have a server's ServiceAccount, no token for the
/// cluster's API, and no more of their node than the standard
/// <see href="https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted">restricted</see>
/// allows. Volumes and what is projected into them are listed, so that a new type is refused. Each part is so, or it
/// was there before: what others added to a Deployment, such as a sidecar, is theirs to answer for.
/// </summary>
static class ServerPodRules
{
    const string Pod = "object.spec.template.spec";
    const string OldPod = "oldObject.spec.template.spec";

    /// <summary>For clouds, which give it in exchange for their own; not for the cluster's API.</summary>
    const string Audiences = $"['{CloudIdentity.AwsAudience}', '{CloudIdentity.AzureAudience}']";

    const string IsPlainVolume = "(has(volume.emptyDir) || has(volume.persistentVolumeClaim) || has(volume.projected)) "
        + "&& volume.?projected.?sources.orValue([]).all(source, has(source.configMap) || has(source.secret) "
        + $"|| source.?serviceAccountToken.?audience.orValue('') in {Audiences})";

    const string IsPlainContainer = "!container.?securityContext.?privileged.orValue(false) "
        + "&& !container.?securityContext.?allowPrivilegeEscalation.orValue(true) "
        + "&& container.?securityContext.?capabilities.?add.orValue([]).size() == 0 "
        + "&& container.?ports.orValue([]).all(port, port.?hostPort.orValue(0) == 0) "
        + "&& container.?securityContext.?procMount.orValue('Default') == 'Default' "
        + $"&& {Confined}";

    /// <summary>The confinement that a container or a pod may declare: nothing that loosens it.</summary>
    const string Confined = "container.?securityContext.?runAsUser.orValue(1) != 0 "
        + "&& container.?securityContext.?runAsNonRoot.orValue(true) "
        + "&& container.?securityContext.?seccompProfile.?type.orValue('') != 'Unconfined' "
        + "&& container.?securityContext.?appArmorProfile.?type.orValue('') != 'Unconfined' "
        + "&& !container.?securityContext.?seLinuxOptions.hasValue() "
        + "&& !container.?securityContext.?windowsOptions.?hostProcess.orValue(false)";

    /// <summary>The forbidden settings of a pod.</summary>
    static readonly string[] _forbidden =
    [
        "{0}.?hostNetwork.orValue(false)",
        "{0}.?hostPID.orValue(false)",
        "{0}.?hostIPC.orValue(false)",
        "{0}.?nodeName.orValue('') != ''",
        "{0}.?securityContext.?sysctls.orValue([]).size() > 0",
        "!{0}.?securityContext.?runAsNonRoot.orValue(false)",
        $"!({Confined.Replace("container", "{0}", StringComparison.Ordinal)})",
    ];

    /// <summary>The rules.</summary>
    public static IReadOnlyList<AdmissionValidation> All =>
    [
        ForPods(
            string.Join(" && ",
                $"({Pod}.?serviceAccountName.orValue('') == {ChildrenPolicy.Owner} + '{ChildNames.ServiceAccount("")}' "
                    + $"|| (oldObject != null && {Pod}.?serviceAccountName.orValue('') "
                    + $"== {OldPod}.?serviceAccountName.orValue('')))",
                UnlessBefore("{0}.?automountServiceAccountToken.orValue(true)")),
            "run as the ServiceAccount NAME-server, and mount no token for the API"),
        ForPods(
            string.Join(" && ", _forbidden.Select(UnlessBefore)),
            "use no namespace of the host and no node of their choice, and be confined and not root"),
        ForPods(
            AllOrBefore("volumes", "volume", IsPlainVolume),
            "mount only claims, emptyDirs, and projected ConfigMaps, Secrets and tokens for a cloud"),
        ForPods(
            $"{AllOrBefore("containers", "container", IsPlainContainer)} "
                + $"&& {AllOrBefore("initContainers", "container", IsPlainContainer)}",
            "have no privilege, capability or port of the host, and be confined and not root"),
    ];

    static AdmissionValidation ForPods(string rule, string what) => new(
        $"object == null || !(request.resource.resource in ['deployments', 'jobs']) || ({rule})",
        $"the pods that the operator of PyRepo starts must {what}");

    static string UnlessBefore(string condition) =>
        $"(!({condition.Replace("{0}", Pod, StringComparison.Ordinal)}) "
        + $"|| (oldObject != null && {condition.Replace("{0}", OldPod, StringComparison.Ordinal)}))";

    static string AllOrBefore(string list, string item, string condition) =>
        $"{Pod}.?{list}.orValue([]).all({item}, ({condition}) "
        + $"|| (oldObject != null && {OldPod}.?{list}.orValue([]).exists(before, before == {item})))";
}
