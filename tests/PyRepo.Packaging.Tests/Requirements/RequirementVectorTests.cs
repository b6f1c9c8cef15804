using System.Text.Json;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Requirements;
using static PyRepo.Packaging.Tests.VectorFile;

namespace PyRepo.Packaging.Tests.Requirements;

public sealed class RequirementVectorTests
{
    [Fact]
    public void Requirements_are_read_and_normalized_as_the_reference_does()
    {
        CheckAll(Read("requirements"), vector =>
        {
            var isRequirement = Requirement.TryParse(vector.Text("input"), out var requirement);
            // The reference takes the name "a_"; no project can have it, so it is rejected here.
            var isValid = vector.Flag("valid") && ProjectName.IsValid(vector.Text("name"));
            if (!isRequirement || !isValid)
                return Differs("valid", isValid, isRequirement);
            return Differs("name", vector.Text("name"), requirement!.Name)
                ?? Differs("extras", string.Join(' ', vector.Texts("extras")), string.Join(' ', requirement.Extras))
                ?? Differs("specifier", vector.Text("specifier"), requirement.Specifier.ToString())
                ?? Differs("url", vector.TextOrNull("url"), requirement.Url)
                ?? Differs("marker", vector.TextOrNull("marker"), requirement.Marker?.ToString())
                ?? Differs("normalized", vector.Text("normalized"), requirement.ToString());
        });
    }

    [Fact]
    public void Markers_are_read_and_evaluated_as_the_reference_does()
    {
        var file = Read("markers");
        var environments = file.GetProperty("environments").EnumerateObject()
            .ToDictionary(item => item.Name, item => ToEnvironment(item.Value));
        CheckAll(file.GetProperty("cases"), vector =>
        {
            var isMarker = Marker.TryParse(vector.Text("marker"), out var marker);
            if (!isMarker || !vector.Flag("valid"))
                return Differs("valid", vector.Flag("valid"), isMarker);
            var environment = environments[vector.Text("environment")];
            return Differs("normalized", vector.TextOrNull("normalized"), marker!.ToString())
                ?? Differs("result", vector.FlagOrNull("result"), Evaluate(marker, environment, vector.Text("extra")));
        });
    }

    static bool? Evaluate(Marker marker, MarkerEnvironment environment, string extra)
    {
        try
        {
            return marker.Evaluate(environment, extra);
        }
        catch (MarkerException)
        {
            return null;
        }
    }

    static MarkerEnvironment ToEnvironment(JsonElement json) => new()
    {
        ImplementationName = json.Text("implementation_name"),
        ImplementationVersion = json.Text("implementation_version"),
        OsName = json.Text("os_name"),
        PlatformMachine = json.Text("platform_machine"),
        PlatformRelease = json.Text("platform_release"),
        PlatformSystem = json.Text("platform_system"),
        PlatformVersion = json.Text("platform_version"),
        PythonFullVersion = json.Text("python_full_version"),
        PlatformPythonImplementation = json.Text("platform_python_implementation"),
        PythonVersion = json.Text("python_version"),
        SysPlatform = json.Text("sys_platform"),
    };
}
