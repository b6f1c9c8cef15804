namespace PyRepo.Packaging.Requirements;

/// <summary>The Python environment for which markers are evaluated
/// (<see href="https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers">environment
/// markers</see>).
/// </summary>
public sealed record MarkerEnvironment
{
    public required string ImplementationName { get; init; }
    public required string ImplementationVersion { get; init; }
    public required string OsName { get; init; }
    public required string PlatformMachine { get; init; }
    public required string PlatformRelease { get; init; }
    public required string PlatformSystem { get; init; }
    public required string PlatformVersion { get; init; }
    public required string PythonFullVersion { get; init; }
    public required string PlatformPythonImplementation { get; init; }
    public required string PythonVersion { get; init; }
    public required string SysPlatform { get; init; }

    /// <summary>Returns the value of a marker variable, or null if there is none of that name. Like <c>packaging</c>,
    /// it completes a local build's <c>3.15.0+</c> to a valid version.</summary>
    internal string? Find(string variable) => variable switch
    {
        "implementation_name" => ImplementationName,
        "implementation_version" => ImplementationVersion,
        "os_name" => OsName,
        "platform_machine" => PlatformMachine,
        "platform_release" => PlatformRelease,
        "platform_system" => PlatformSystem,
        "platform_version" => PlatformVersion,
        "python_full_version" => PythonFullVersion.EndsWith('+') ? $"{PythonFullVersion}local" : PythonFullVersion,
        "platform_python_implementation" => PlatformPythonImplementation,
        "python_version" => PythonVersion,
        "sys_platform" => SysPlatform,
        _ => null,
    };
}
