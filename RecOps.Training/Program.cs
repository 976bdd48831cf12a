Console.WriteLine("RecOps.Training");
