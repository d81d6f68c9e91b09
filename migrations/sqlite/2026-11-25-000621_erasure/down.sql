delete from kept_answer_people;
