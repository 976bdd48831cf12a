using System.Globalization;
using RecOps.Training.Runtime;
using static TorchSharp.torch;

namespace RecOps.Training.Models.Learning;

/// <summary>Saves a trained network, its weights and its calibration, so that an interrupted training can resume.</summary>
internal static class NetworkFile
{
    private const string CalibrationSuffix = ".calibration";

    public static void Save<TModel>(Trained<TModel> trained, string path)
        where TModel : RankingModel
    {
        File.WriteAllText(
            path + CalibrationSuffix,
            string.Create(CultureInfo.InvariantCulture, $"{trained.Calibration.Slope:R} {trained.Calibration.Offset:R}")
        );
        trained.Network.save(path);
    }

    /// <param name="model">A network of the same shape; the result owns it.</param>
    public static Trained<TModel> Load<TModel>(TModel model, string path)
        where TModel : RankingModel
    {
        TorchRuntime.EnsureLoaded();
        using (NewDisposeScope())
        {
            model.load(path);
        }

        model.eval();
        string[] numbers = File.ReadAllText(path + CalibrationSuffix).Split(' ');
        return new Trained<TModel>(
            model,
            new ScoreCalibration(
                float.Parse(numbers[0], CultureInfo.InvariantCulture),
                float.Parse(numbers[1], CultureInfo.InvariantCulture)
            )
        );
    }

    /// <summary>Moves what <see cref="Save"/> wrote.</summary>
    public static void Move(string from, string to)
    {
        File.Move(from + CalibrationSuffix, to + CalibrationSuffix, overwrite: true);
        File.Move(from, to, overwrite: true);
    }
}
