using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Operator.Status;

/// <summary>A member of a group.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name.</param>
/// <param name="Exists">Whether it is there.</param>
/// <param name="Ready">Its condition Ready; null: it has none yet.</param>
public sealed record ObservedMember(string Kind, string Name, bool Exists, Condition? Ready);
