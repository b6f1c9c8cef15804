using PyRepo.Resources.Nodes;

namespace PyRepo.Resources.Fields;

/// <summary>True or false.</summary>
public sealed class BooleanType : StructFieldType<bool>
{
    public override string? Format(bool value) => value ? "true" : "false";

    protected override Schema Describe() => new BooleanSchema();

    protected override bool TryParse(Node node, FieldLocation location, out bool value)
    {
        if (node is ScalarNode { ScalarKind: ScalarKind.Boolean } scalar)
        {
            value = ScalarKinds.IsTrue(scalar.Value);
            return true;
        }
        value = false;
        location.Report($"is {node.Kind}, not true or false");
        return false;
    }
}
