using System.Globalization;
using System.Text.Json.Serialization;

namespace PyRepo.Kubernetes.Objects.Meta;

/// <summary>A number, or a text such as a port's name or a percentage.</summary>
[JsonConverter(typeof(IntOrStringConverter))]
public readonly record struct IntOrString(string Text)
{
    public static implicit operator IntOrString(int number) => new(number.ToString(CultureInfo.InvariantCulture));

    public static implicit operator IntOrString(string text) => new(text);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
