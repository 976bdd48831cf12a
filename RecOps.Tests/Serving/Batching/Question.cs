using RecOps.Serving.Batching;

namespace RecOps.Tests.Serving.Batching;

/// <summary>A job whose correct answer is known: twice its number.</summary>
internal sealed class Question(int number = 0, ulong? key = null) : BatchJob<Question>
{
    public int Number { get; set; } = number;

    public ulong? Key { get; set; } = key;

    public int Answer { get; set; }

    public bool IsRight => Answer == Number * 2;

    public override bool IsShareable => Key is not null;

    public override ulong KeyHash => Key!.Value;

    public override bool KeyEquals(Question other) => Key == other.Key;

    public override void CopyResultTo(Question other) => other.Answer = Answer;
}
