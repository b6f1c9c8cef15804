namespace PyRepo.Kubernetes.Apply;

/// <summary>Whose objects are made so.</summary>
/// <param name="Name">Any text that is its own, the namespace included, as the applier's function says it.</param>
/// <param name="Uid">
/// Its uid: only what it controls by its ownerReferences is ever deleted. Null: what the function says is enough.
/// </param>
public readonly record struct ObjectOwner(string Name, string? Uid = null);
