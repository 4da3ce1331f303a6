using System.Diagnostics;
using Lineup.Cluster.Running;

namespace Lineup.Failures.Faults;

/// <summary>What can happen to the files that a silo has fetched from others. The last silo has no models but those.</summary>
internal static class CacheFaults
{
    /// <summary>Enough for what is fetched first; less than what a test could not fill at once.</summary>
    private const string Size = "size=64m";

    public static Fault FullDisk { get; } = new()
    {
        Name = "full-disk",
        Title = "fill the disk of a silo's model cache, restart the silo, free it after 20 s",
        ShortestLoad = 60,
        WhyNotAsync = async scene =>
        {
            if (Files(scene).Count == 0)
                return $"{scene.Silos[^1].Name} has fetched no file";
            var place = Directory.CreateTempSubdirectory("lineup-full-");
            var (code, said) = await RunAsync("mount", "-t", "tmpfs", "-o", Size, "tmpfs", place.FullName);
            if (code == 0)
                await RunAsync("umount", place.FullName);
            place.Delete();
            return code == 0 ? null : $"a small file system cannot be mounted here ({said.Trim()})";
        },
        RunAsync = async (scene, cancellationToken) =>
        {
            var silo = scene.Silos[^1];
            var cache = scene.CacheOf(silo);
            await silo.StopAsync();
            await RunAsync("mount", "-t", "tmpfs", "-o", Size, "tmpfs", Emptied(cache));
            try
            {
                var filler = Path.Combine(cache, "filler");
                Fill(filler);
                scene.Tell($"{silo.Name}'s cache is full");
                await silo.StartAsync(cancellationToken);
                await Task.Delay(TimeSpan.FromSeconds(20), cancellationToken);
                File.Delete(filler);
                scene.Tell($"{silo.Name}'s cache has room again");
            }
            finally
            {
                // What is open stays until it is closed.
                await RunAsync("umount", "--lazy", cache);
            }
        },
    };

    public static Fault CorruptFile { get; } = new()
    {
        Name = "corrupt-file",
        Title = "overwrite the middle of every model file in a silo's cache, restart the silo",
        ShortestLoad = 30,
        WhyNotAsync = scene => Task.FromResult(Files(scene).Count > 0 ? null : $"{scene.Silos[^1].Name} has fetched no file"),
        RunAsync = async (scene, cancellationToken) =>
        {
            var silo = scene.Silos[^1];
            await silo.StopAsync();
            foreach (var file in Files(scene))
            {
                await using var stream = file.OpenWrite();
                stream.Seek(file.Length / 2, SeekOrigin.Begin);
                await stream.WriteAsync(new byte[Math.Min(4096, file.Length / 2)], cancellationToken);
                scene.Tell($"{silo.Name}'s {file.Name} is damaged");
            }

            await silo.StartAsync(cancellationToken);
        },
    };

    private static List<FileInfo> Files(FaultScene scene) => Directory.Exists(scene.CacheOf(scene.Silos[^1]))
        ? [.. new DirectoryInfo(scene.CacheOf(scene.Silos[^1])).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.Length > 64 << 10)]
        : [];

    private static string Emptied(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        return Directory.CreateDirectory(folder).FullName;
    }

    private static void Fill(string path)
    {
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1);
        foreach (var block in (int[])[1 << 20, 4096])
        {
            try
            {
                while (true)
                    stream.Write(new byte[block]);
            }
            catch (IOException)
            {
                // Full, but for less than a block.
            }
        }
    }

    private static async Task<(int Code, string Said)> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            var said = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, said);
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            return (-1, error.Message);
        }
    }
}
