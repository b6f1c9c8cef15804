namespace PyRepo.Kubernetes.Apply;

/// <summary>The owner of objects that are applied.</summary>
/// <param name="Name">Any unique text, the namespace included, as the applier's function returns it.</param>
/// <param name="Uid">
/// Its uid: only objects whose controller it is are ever deleted. Null: the function's result is enough.
/// </param>
public readonly record struct ObjectOwner(string Name, string? Uid = null);
