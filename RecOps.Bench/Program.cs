Console.WriteLine("RecOps.Bench");
