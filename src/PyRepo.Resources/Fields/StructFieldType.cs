namespace PyRepo.Resources.Fields;

/// <summary>A type whose values are structs: an optional field is a <see cref="Nullable{T}"/>.</summary>
public abstract class StructFieldType<T> : FieldType<T> where T : struct
{
    public override T Placeholder => default;
}
